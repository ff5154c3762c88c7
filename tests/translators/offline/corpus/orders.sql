-- list the names of products sorted by list price
SELECT name FROM products ORDER BY list_price ASC;

-- names of suppliers in alphabetical order
SELECT name FROM suppliers ORDER BY name ASC;

-- Show the names and cities of stores ordered by floor area descending
SELECT name, city FROM stores ORDER BY floor_area_m2 DESC;

-- list employees by salary from highest to lowest
SELECT first_name, last_name FROM employees ORDER BY salary DESC;

-- list the last names of employees in descending order of salary
SELECT last_name FROM employees ORDER BY salary DESC;

-- products ordered by list price from lowest to highest
SELECT * FROM products ORDER BY list_price ASC;

-- how many customers are there in each country, in descending order?
SELECT country, COUNT(*) AS number_of_customers FROM customers GROUP BY country ORDER BY COUNT(*) DESC;

-- number of orders per channel ordered from most to least
SELECT channel, COUNT(*) AS number_of_orders FROM orders GROUP BY channel ORDER BY COUNT(*) DESC;

-- list customers by name
SELECT first_name, last_name FROM customers ORDER BY first_name ASC;

-- products by price
SELECT * FROM products ORDER BY list_price ASC;
