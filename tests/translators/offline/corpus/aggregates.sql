-- How many orders are there?
SELECT COUNT(*) AS number_of_orders FROM orders;

-- how many returns were there?
SELECT COUNT(*) AS number_of_returns FROM returns;

-- average, minimum and maximum list price of products
SELECT AVG(list_price) AS average_list_price, MIN(list_price) AS minimum_list_price, MAX(list_price) AS maximum_list_price FROM products;

-- how many different cities do customers come from?
SELECT COUNT(DISTINCT city) AS number_of_city FROM customers;

-- total refund amount
SELECT SUM(refund_amount) AS total_refund_amount FROM returns;

-- what is the total shipping fee of orders?
SELECT SUM(shipping_fee) AS total_shipping_fee FROM orders;

-- number of employees
SELECT COUNT(*) AS number_of_employees FROM employees;

-- average order amount in 2025
SELECT AVG(total_amount) AS average_total_amount FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01';

-- average order by country
SELECT customers.country, AVG(orders.total_amount) AS average_total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.country;

-- average payment by method
SELECT method, AVG(amount) AS average_amount FROM payments GROUP BY method;

-- total customers per city
SELECT city, COUNT(*) AS number_of_customers FROM customers GROUP BY city;
