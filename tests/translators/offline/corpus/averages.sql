-- products with a list price above the average
SELECT * FROM products WHERE list_price > ( SELECT AVG(list_price) AS average_list_price FROM products );

-- orders whose total amount is below the average
SELECT * FROM orders WHERE total_amount < ( SELECT AVG(total_amount) AS average_total_amount FROM orders );

-- names of employees who earn more than every employee in Germany
SELECT first_name, last_name FROM employees WHERE salary > ( SELECT MAX(employees.salary) AS maximum_salary FROM employees JOIN stores ON employees.store_id = stores.store_id WHERE stores.country = 'Germany' );

-- names of products with a list price above any product of the category Lighting
SELECT products.name FROM products JOIN categories ON products.category_id = categories.category_id WHERE products.list_price > ( SELECT MAX(products.list_price) AS maximum_list_price FROM products JOIN categories ON products.category_id = categories.category_id WHERE categories.name = 'Lighting' );
