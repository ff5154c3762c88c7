-- customers in the same city as 'Emma'
SELECT * FROM customers WHERE city IN ( SELECT city FROM customers WHERE first_name = 'Emma' );

-- names of employees who work in the same store as Mia
SELECT first_name, last_name FROM employees WHERE store_id IN ( SELECT store_id FROM employees WHERE first_name = 'Mia' );
