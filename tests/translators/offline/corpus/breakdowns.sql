-- orders in 2024 by store
SELECT stores.name, COUNT(*) AS number_of_orders FROM stores JOIN orders ON stores.store_id = orders.store_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY stores.store_id, stores.name;

-- customers from Germany by city
SELECT city, COUNT(*) AS number_of_customers FROM customers WHERE country = 'Germany' GROUP BY city;

-- orders placed in March 2024 by country
SELECT customers.country, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id WHERE orders.order_date >= '2024-03-01' AND orders.order_date < '2024-04-01' GROUP BY customers.country;

-- orders over 500 euros per country
SELECT customers.country, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id WHERE orders.total_amount > 500 GROUP BY customers.country;

-- orders in 2025 by status and channel
SELECT status, channel, COUNT(*) AS number_of_orders FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' GROUP BY status, channel;

-- employees hired after 2020 by store
SELECT stores.name, COUNT(*) AS number_of_employees FROM stores JOIN employees ON stores.store_id = employees.store_id WHERE employees.hired_on >= '2021-01-01' GROUP BY stores.store_id, stores.name;

-- products heavier than 5 kg by category
SELECT categories.name, COUNT(*) AS number_of_products FROM categories JOIN products ON categories.category_id = products.category_id WHERE products.weight_kg > 5 GROUP BY categories.category_id, categories.name;

-- customers without orders by country
SELECT country, COUNT(*) AS number_of_customers FROM customers WHERE NOT customer_id IN ( SELECT customer_id FROM orders ) GROUP BY country;

-- customers with at least 3 orders by country
SELECT country, COUNT(*) AS number_of_customers FROM customers WHERE customer_id IN ( SELECT customers.customer_id FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id HAVING COUNT(*) >= 3 ) GROUP BY country;

-- show me the customers by city
SELECT city, COUNT(*) AS number_of_customers FROM customers GROUP BY city;

-- quantity per product
SELECT products.name, SUM(order_lines.quantity) AS total_quantity FROM products JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY products.product_id, products.name;

-- rating by category
SELECT categories.name, AVG(reviews.rating) AS average_rating FROM categories JOIN products ON categories.category_id = products.category_id JOIN reviews ON products.product_id = reviews.product_id GROUP BY categories.category_id, categories.name;

-- list price per category
SELECT categories.name, AVG(products.list_price) AS average_list_price FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name;

-- unit cost per category
SELECT categories.name, AVG(products.unit_cost) AS average_unit_cost FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name;

-- amount by method
SELECT method, SUM(amount) AS total_amount FROM payments GROUP BY method;

-- refund amount per reason
SELECT reason, SUM(refund_amount) AS total_refund_amount FROM returns GROUP BY reason;

-- price per product
SELECT name, list_price FROM products;

-- reviews in 2024 by customers from Germany
SELECT reviews.* FROM reviews JOIN customers ON reviews.customer_id = customers.customer_id WHERE ( reviews.reviewed_on >= '2024-01-01' AND reviews.reviewed_on < '2025-01-01' ) AND customers.country = 'Germany';

-- orders by customer 7
SELECT orders.* FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.customer_id = 7;

-- stores opened after 2015 by city
SELECT city, COUNT(*) AS number_of_stores FROM stores WHERE opened_on >= '2016-01-01' GROUP BY city;

-- orders in 2024 by store name
SELECT stores.name, COUNT(*) AS number_of_orders FROM stores JOIN orders ON stores.store_id = orders.store_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY stores.name;

-- orders by month for each channel
SELECT STRFTIME('%Y-%m', order_date) AS month, channel, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y-%m', order_date), channel ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- employees by job title and store
SELECT employees.job_title, stores.name, COUNT(*) AS number_of_employees FROM employees JOIN stores ON employees.store_id = stores.store_id GROUP BY employees.job_title, stores.store_id, stores.name;

-- orders by customer name
SELECT customers.first_name, customers.last_name, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name;

-- customers by number of orders
SELECT customers.first_name, customers.last_name, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY COUNT(*) DESC;

-- returns over 100 by reason
SELECT reason, COUNT(*) AS number_of_returns FROM returns WHERE refund_amount > 100 GROUP BY reason;
