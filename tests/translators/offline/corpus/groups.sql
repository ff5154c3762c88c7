-- How many orders are there per country?
SELECT customers.country, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.country;

-- average salary for each job title
SELECT job_title, AVG(salary) AS average_salary FROM employees GROUP BY job_title;

-- number of products by category
SELECT categories.name, COUNT(*) AS number_of_products FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name;

-- how many customers signed up each year?
SELECT STRFTIME('%Y', signed_up_on) AS year, COUNT(*) AS number_of_customers FROM customers GROUP BY STRFTIME('%Y', signed_up_on) ORDER BY STRFTIME('%Y', signed_up_on) ASC;

-- number of orders per month in 2024
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- total refund amount per reason
SELECT reason, SUM(refund_amount) AS total_refund_amount FROM returns GROUP BY reason;

-- How many reviews does each product have?
SELECT products.name, COUNT(*) AS number_of_reviews FROM products JOIN reviews ON products.product_id = reviews.product_id GROUP BY products.product_id, products.name;

-- average list price by department
SELECT categories.department, AVG(products.list_price) AS average_list_price FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.department;

-- orders per channel
SELECT channel, COUNT(*) AS number_of_orders FROM orders GROUP BY channel;

-- shipments per carrier
SELECT carrier, COUNT(*) AS number_of_shipments FROM shipments GROUP BY carrier;

-- average rating per product category
SELECT categories.name, AVG(reviews.rating) AS average_rating FROM categories JOIN products ON categories.category_id = products.category_id JOIN reviews ON products.product_id = reviews.product_id GROUP BY categories.category_id, categories.name;

-- number of orders by month in 2024
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- revenue by month in 2024
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- orders by month for customers from Germany
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id WHERE customers.country = 'Germany' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- number of orders by country
SELECT customers.country, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.country;

-- revenue of the Berlin store per month
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(orders.total_amount) AS total_amount FROM stores JOIN orders ON stores.store_id = orders.store_id WHERE stores.city = 'Berlin' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- revenue by store and quarter
SELECT stores.name, STRFTIME('%Y', orders.order_date) || CASE WHEN STRFTIME('%m', orders.order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', orders.order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', orders.order_date) <= '09' THEN '-Q3' ELSE '-Q4' END AS quarter, SUM(orders.total_amount) AS total_amount FROM stores JOIN orders ON stores.store_id = orders.store_id GROUP BY stores.store_id, STRFTIME('%Y', orders.order_date) || CASE WHEN STRFTIME('%m', orders.order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', orders.order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', orders.order_date) <= '09' THEN '-Q3' ELSE '-Q4' END, stores.name ORDER BY STRFTIME('%Y', orders.order_date) || CASE WHEN STRFTIME('%m', orders.order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', orders.order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', orders.order_date) <= '09' THEN '-Q3' ELSE '-Q4' END ASC;

-- sales per month by category in 2025
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, categories.name, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id JOIN products ON order_lines.product_id = products.product_id JOIN categories ON products.category_id = categories.category_id WHERE orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' GROUP BY STRFTIME('%Y-%m', orders.order_date), categories.category_id, categories.name ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- number of orders per channel and year
SELECT channel, STRFTIME('%Y', order_date) AS year, COUNT(*) AS number_of_orders FROM orders GROUP BY channel, STRFTIME('%Y', order_date) ORDER BY STRFTIME('%Y', order_date) ASC;

-- monthly revenue by country
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, customers.country, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN customers ON orders.customer_id = customers.customer_id JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY STRFTIME('%Y-%m', orders.order_date), customers.country ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- orders by month and country
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, customers.country, COUNT(*) AS number_of_orders FROM orders JOIN customers ON orders.customer_id = customers.customer_id GROUP BY STRFTIME('%Y-%m', orders.order_date), customers.country ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- revenue per week in 2025
SELECT STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) AS week, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' GROUP BY STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) ORDER BY STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) ASC;

-- number of orders per quarter
SELECT STRFTIME('%Y', order_date) || CASE WHEN STRFTIME('%m', order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', order_date) <= '09' THEN '-Q3' ELSE '-Q4' END AS quarter, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y', order_date) || CASE WHEN STRFTIME('%m', order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', order_date) <= '09' THEN '-Q3' ELSE '-Q4' END ORDER BY STRFTIME('%Y', order_date) || CASE WHEN STRFTIME('%m', order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', order_date) <= '09' THEN '-Q3' ELSE '-Q4' END ASC;

-- which month had the most orders in 2025?
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY COUNT(*) DESC LIMIT 1;

-- in which month were most orders placed?
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY COUNT(*) DESC LIMIT 1;

-- which quarter has the most returns?
SELECT STRFTIME('%Y', returned_on) || CASE WHEN STRFTIME('%m', returned_on) <= '03' THEN '-Q1' WHEN STRFTIME('%m', returned_on) <= '06' THEN '-Q2' WHEN STRFTIME('%m', returned_on) <= '09' THEN '-Q3' ELSE '-Q4' END AS quarter, COUNT(*) AS number_of_returns FROM returns GROUP BY STRFTIME('%Y', returned_on) || CASE WHEN STRFTIME('%m', returned_on) <= '03' THEN '-Q1' WHEN STRFTIME('%m', returned_on) <= '06' THEN '-Q2' WHEN STRFTIME('%m', returned_on) <= '09' THEN '-Q3' ELSE '-Q4' END ORDER BY COUNT(*) DESC LIMIT 1;

-- what month has the highest number of shipments?
SELECT STRFTIME('%Y-%m', shipped_on) AS month, COUNT(*) AS number_of_shipments FROM shipments GROUP BY STRFTIME('%Y-%m', shipped_on) ORDER BY COUNT(*) DESC LIMIT 1;

-- top 3 months by number of orders
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY COUNT(*) DESC LIMIT 3;

-- top 3 months by revenue in 2025
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY SUM(order_lines.line_total) DESC LIMIT 3;

-- bottom 2 quarters by revenue
SELECT STRFTIME('%Y', orders.order_date) || CASE WHEN STRFTIME('%m', orders.order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', orders.order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', orders.order_date) <= '09' THEN '-Q3' ELSE '-Q4' END AS quarter, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY STRFTIME('%Y', orders.order_date) || CASE WHEN STRFTIME('%m', orders.order_date) <= '03' THEN '-Q1' WHEN STRFTIME('%m', orders.order_date) <= '06' THEN '-Q2' WHEN STRFTIME('%m', orders.order_date) <= '09' THEN '-Q3' ELSE '-Q4' END ORDER BY SUM(order_lines.line_total) ASC LIMIT 2;

-- orders over 1000 euros per country
SELECT customers.country, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id WHERE orders.total_amount > 1000 GROUP BY customers.country;

-- customers with newsletter per country
SELECT country, COUNT(*) AS number_of_customers FROM customers WHERE newsletter = 1 GROUP BY country;

-- orders over time
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- monthly orders
SELECT STRFTIME('%Y-%m', order_date) AS month, COUNT(*) AS number_of_orders FROM orders GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- yearly returns
SELECT STRFTIME('%Y', returned_on) AS year, COUNT(*) AS number_of_returns FROM returns GROUP BY STRFTIME('%Y', returned_on) ORDER BY STRFTIME('%Y', returned_on) ASC;

-- weekly orders of customers in Germany
SELECT STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) AS week, COUNT(*) AS number_of_orders FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.country = 'Germany' GROUP BY STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) ORDER BY STRFTIME('%Y-%m-%d', DATE(orders.order_date, 'weekday 0', '-6 days')) ASC;
