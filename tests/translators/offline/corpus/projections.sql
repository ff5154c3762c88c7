-- show all suppliers
SELECT * FROM suppliers;

-- names and countries of suppliers
SELECT name, country FROM suppliers;

-- list the first and last names of employees
SELECT first_name, last_name FROM employees;

-- all information about stores
SELECT * FROM stores;

-- which countries do suppliers come from?
SELECT country FROM suppliers;

-- full names of employees
SELECT first_name, last_name FROM employees;

-- customer names and cities
SELECT first_name, last_name, city FROM customers;

-- how many customers have a phone?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE NOT phone IS NULL;

-- orders shipped by DHL
SELECT DISTINCT orders.* FROM orders JOIN shipments ON orders.order_id = shipments.order_id WHERE shipments.carrier = 'DHL';

-- orders with their customers
SELECT orders.order_id, customers.first_name, customers.last_name FROM orders JOIN customers ON orders.customer_id = customers.customer_id;

-- products and their categories
SELECT products.name, categories.name FROM products JOIN categories ON products.category_id = categories.category_id;

-- products with their prices
SELECT name, list_price FROM products;
