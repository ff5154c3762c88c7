-- difference between list price and unit cost of each product
SELECT name, list_price - unit_cost AS difference FROM products;

-- show the name and the difference between list price and unit cost of products
SELECT name, list_price - unit_cost AS difference FROM products;

-- which product has the largest difference between list price and unit cost?
SELECT name FROM products ORDER BY list_price - unit_cost DESC LIMIT 1;

-- products sorted by the difference between list price and unit cost, largest first
SELECT * FROM products ORDER BY list_price - unit_cost DESC;

-- average difference between list price and unit cost
SELECT AVG(list_price - unit_cost) AS average_difference FROM products;

-- how many days from shipping to delivery for each shipment?
SELECT shipment_id, CAST((JULIANDAY(delivered_on) - JULIANDAY(shipped_on)) AS INTEGER) AS days FROM shipments;

-- average number of days between shipped and delivered
SELECT AVG(CAST((JULIANDAY(delivered_on) - JULIANDAY(shipped_on)) AS INTEGER)) AS average_days FROM shipments;

-- average days between shipping date and delivery date per carrier
SELECT carrier, AVG(CAST((JULIANDAY(delivered_on) - JULIANDAY(shipped_on)) AS INTEGER)) AS average_days FROM shipments GROUP BY carrier;

-- how many days between order date and shipping date on average?
SELECT AVG( CAST((JULIANDAY(shipments.shipped_on) - JULIANDAY(orders.order_date)) AS INTEGER) ) AS average_days FROM shipments JOIN orders ON shipments.order_id = orders.order_id;

-- shipments delivered more than 2 days after the promised date
SELECT * FROM shipments WHERE CAST((JULIANDAY(delivered_on) - JULIANDAY(promised_on)) AS INTEGER) > 2;

-- how many shipments were delivered after the promised date?
SELECT COUNT(*) AS number_of_shipments FROM shipments WHERE NOT delivered_on IS NULL AND delivered_on > promised_on;

-- shipments where the difference between shipped date and delivered date is more than 5 days
SELECT * FROM shipments WHERE CAST((JULIANDAY(delivered_on) - JULIANDAY(shipped_on)) AS INTEGER) > 5;

-- difference between the highest and lowest salary
SELECT MAX(salary) - MIN(salary) AS spread_salary FROM employees;

-- difference between the highest and lowest salary for each store
SELECT stores.name, MAX(employees.salary) - MIN(employees.salary) AS spread_salary FROM stores JOIN employees ON stores.store_id = employees.store_id GROUP BY stores.store_id, stores.name;

-- list price minus unit cost of each product
SELECT name, list_price - unit_cost AS difference FROM products;

-- number of months between hired on and left on for each employee
SELECT first_name, last_name, ( CAST(STRFTIME('%Y', left_on) AS INTEGER) - CAST(STRFTIME('%Y', hired_on) AS INTEGER) ) * 12 + CAST(STRFTIME('%m', left_on) AS INTEGER) - CAST(STRFTIME('%m', hired_on) AS INTEGER) AS months FROM employees;

-- how many years between hired and left for each employee?
SELECT first_name, last_name, CAST(STRFTIME('%Y', left_on) AS INTEGER) - CAST(STRFTIME('%Y', hired_on) AS INTEGER) AS years FROM employees;

-- products with a difference between list price and unit cost above 50
SELECT * FROM products WHERE list_price - unit_cost > 50;

-- carrier with the longest average time between shipped and delivered
SELECT carrier FROM shipments GROUP BY carrier ORDER BY AVG(CAST((JULIANDAY(delivered_on) - JULIANDAY(shipped_on)) AS INTEGER)) DESC LIMIT 1;

-- ratio of list price to unit cost for each product
SELECT name, 1.0 * list_price / NULLIF(unit_cost, 0) AS ratio FROM products;

-- how many minutes between order date and paid at for payment 12
SELECT CAST(ROUND(( JULIANDAY(payments.paid_at) - JULIANDAY(orders.order_date) ) * 86400) AS REAL) / 60 AS minutes FROM payments JOIN orders ON payments.order_id = orders.order_id WHERE payments.payment_id = 12;

-- average time in hours from order to payment per channel
SELECT orders.channel, AVG( CAST(ROUND(( JULIANDAY(payments.paid_at) - JULIANDAY(orders.order_date) ) * 86400) AS REAL) / 3600 ) AS average_hours FROM orders JOIN payments ON orders.order_id = payments.order_id GROUP BY orders.channel;

-- payments paid more than 48 hours after the order date
SELECT payments.* FROM payments JOIN orders ON payments.order_id = orders.order_id WHERE CAST(ROUND(( JULIANDAY(payments.paid_at) - JULIANDAY(orders.order_date) ) * 86400) AS REAL) / 3600 > 48;

-- average hours from shipped to delivered per carrier
SELECT carrier, AVG( CAST(ROUND(( JULIANDAY(delivered_on) - JULIANDAY(shipped_on) ) * 86400) AS REAL) / 3600 ) AS average_hours FROM shipments GROUP BY carrier;
