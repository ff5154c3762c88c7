-- top 10 customers by total spent
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC LIMIT 10;

-- customers sorted by total spent
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) ASC;

-- stores by total revenue
SELECT stores.name, SUM(orders.total_amount) AS total_amount FROM stores JOIN orders ON stores.store_id = orders.store_id GROUP BY stores.store_id, stores.name ORDER BY SUM(orders.total_amount) DESC;

-- customers by revenue
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC;

-- which customer has the highest total spent?
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC LIMIT 1;

-- total paid per month in 2024
SELECT STRFTIME('%Y-%m', paid_at) AS month, SUM(amount) AS total_amount FROM payments WHERE paid_at >= '2024-01-01' AND paid_at < '2025-01-01' GROUP BY STRFTIME('%Y-%m', paid_at) ORDER BY STRFTIME('%Y-%m', paid_at) ASC;

-- top 3 customers by total paid
SELECT customers.first_name, customers.last_name, SUM(payments.amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id JOIN payments ON orders.order_id = payments.order_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(payments.amount) DESC LIMIT 3;

-- how much was paid in 2024?
SELECT SUM(amount) AS total_amount FROM payments WHERE paid_at >= '2024-01-01' AND paid_at < '2025-01-01';

-- orders by revenue
SELECT * FROM orders ORDER BY total_amount DESC;

-- sum of all payments in 2024
SELECT SUM(amount) AS total_amount FROM payments WHERE paid_at >= '2024-01-01' AND paid_at < '2025-01-01';

-- how much was paid in 2024
SELECT SUM(amount) AS total_amount FROM payments WHERE paid_at >= '2024-01-01' AND paid_at < '2025-01-01';
