-- last 5 reviews of product 3
SELECT reviews.* FROM reviews JOIN products ON reviews.product_id = products.product_id WHERE products.product_id = 3 ORDER BY reviews.reviewed_on DESC, reviews.review_id DESC LIMIT 5;

-- first order of customer 7
SELECT orders.* FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.customer_id = 7 ORDER BY orders.order_date ASC, orders.order_id ASC LIMIT 1;

-- the last 10 orders over 500 euros
SELECT * FROM orders WHERE total_amount > 500 ORDER BY order_date DESC, order_id DESC LIMIT 10;

-- last 3 shipments by DHL
SELECT * FROM shipments WHERE carrier = 'DHL' ORDER BY shipped_on DESC, shipment_id DESC LIMIT 3;

-- first order in 2024
SELECT * FROM orders WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' ORDER BY order_date ASC, order_id ASC LIMIT 1;

-- first 3 customers who signed up
SELECT first_name, last_name FROM customers ORDER BY signed_up_on ASC, customer_id ASC LIMIT 3;

-- the last hired employee
SELECT first_name, last_name FROM employees ORDER BY hired_on DESC, employee_id DESC LIMIT 1;

-- who is the newest employee?
SELECT first_name, last_name FROM employees ORDER BY hired_on DESC, employee_id DESC LIMIT 1;

-- when was the last order of customer 7?
SELECT orders.order_date FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.customer_id = 7 ORDER BY orders.order_date DESC LIMIT 1;

-- when did customer 7 last order?
SELECT orders.order_date FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.customer_id = 7 ORDER BY orders.order_date DESC LIMIT 1;

-- when was product 5 last ordered?
SELECT orders.order_date FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id JOIN products ON order_lines.product_id = products.product_id WHERE products.product_id = 5 ORDER BY orders.order_date DESC LIMIT 1;

-- when was the first shipment delivered?
SELECT delivered_on FROM shipments WHERE NOT delivered_on IS NULL ORDER BY delivered_on ASC LIMIT 1;

-- when did the first store open?
SELECT opened_on FROM stores ORDER BY opened_on ASC LIMIT 1;

-- what was the last order date?
SELECT MAX(order_date) AS maximum_order_date FROM orders;
