-- What is the most expensive product?
SELECT name FROM products ORDER BY list_price DESC LIMIT 1;

-- which customer has the most orders?
SELECT customers.first_name, customers.last_name FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY COUNT(*) DESC LIMIT 1;

-- the 3 cheapest products
SELECT name FROM products ORDER BY list_price ASC LIMIT 3;

-- Which supplier has the longest lead time?
SELECT name FROM suppliers ORDER BY lead_time_days DESC LIMIT 1;

-- the most common payment method
SELECT method FROM payments GROUP BY method ORDER BY COUNT(*) DESC LIMIT 1;

-- which city has the most customers?
SELECT city FROM customers GROUP BY city ORDER BY COUNT(*) DESC LIMIT 1;

-- who is the youngest customer?
SELECT first_name, last_name FROM customers ORDER BY birth_year DESC LIMIT 1;

-- the five stores with the largest floor area
SELECT name FROM stores ORDER BY floor_area_m2 DESC LIMIT 5;

-- what is the highest salary?
SELECT MAX(salary) AS maximum_salary FROM employees;

-- which store opened first?
SELECT name FROM stores ORDER BY opened_on ASC LIMIT 1;

-- which category has the highest average list price?
SELECT categories.name FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name ORDER BY AVG(products.list_price) DESC LIMIT 1;

-- top 3 carriers by number of shipments
SELECT carrier, COUNT(*) AS number_of_shipments FROM shipments GROUP BY carrier ORDER BY COUNT(*) DESC LIMIT 3;

-- which 3 carriers have the most shipments?
SELECT carrier FROM shipments GROUP BY carrier ORDER BY COUNT(*) DESC LIMIT 3;

-- top 3 job titles by average salary
SELECT job_title, AVG(salary) AS average_salary FROM employees GROUP BY job_title ORDER BY AVG(salary) DESC LIMIT 3;

-- names of the top 3 products with the highest list price
SELECT name FROM products ORDER BY list_price DESC LIMIT 3;

-- bottom 5 customers by revenue
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) ASC LIMIT 5;

-- bottom 3 products by price
SELECT name FROM products ORDER BY list_price ASC LIMIT 3;

-- bottom 3 countries by revenue
SELECT customers.country, SUM(order_lines.line_total) AS total_line_total FROM customers JOIN orders ON customers.customer_id = orders.customer_id JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY customers.country ORDER BY SUM(order_lines.line_total) ASC LIMIT 3;

-- which customer signed up last?
SELECT first_name, last_name FROM customers ORDER BY signed_up_on DESC LIMIT 1;

-- which carrier is used most?
SELECT carrier FROM shipments GROUP BY carrier ORDER BY COUNT(*) DESC LIMIT 1;

-- most common job title per store
SELECT name, job_title, number_of_employees FROM ( SELECT stores.name, employees.job_title, COUNT(*) AS number_of_employees, ROW_NUMBER() OVER (PARTITION BY stores.store_id ORDER BY COUNT(*) DESC, employees.job_title ASC) AS place FROM stores JOIN employees ON stores.store_id = employees.store_id GROUP BY stores.store_id, employees.job_title, stores.name ) AS numbered WHERE place <= 1 ORDER BY name, place;

-- the most common channel per month in 2024
SELECT month, channel, number_of_orders FROM ( SELECT STRFTIME('%Y-%m', order_date) AS month, channel, COUNT(*) AS number_of_orders, ROW_NUMBER() OVER (PARTITION BY STRFTIME('%Y-%m', order_date) ORDER BY COUNT(*) DESC, channel ASC) AS place FROM orders WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', order_date), channel ) AS numbered WHERE place <= 1 ORDER BY month, place;

-- top 3 categories by average list price
SELECT categories.name, AVG(products.list_price) AS average_list_price FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name ORDER BY AVG(products.list_price) DESC LIMIT 3;

-- top 2 job titles
SELECT job_title, COUNT(*) AS number_of_employees FROM employees GROUP BY job_title ORDER BY COUNT(*) DESC LIMIT 2;
