-- undelivered shipments
SELECT * FROM shipments WHERE delivered_on IS NULL;

-- how many shipments are undelivered
SELECT COUNT(*) AS number_of_shipments FROM shipments WHERE delivered_on IS NULL;

-- how many undelivered shipments per carrier
SELECT carrier, COUNT(*) AS number_of_shipments FROM shipments WHERE delivered_on IS NULL GROUP BY carrier;

-- overdue shipments
SELECT * FROM shipments WHERE promised_on < '2025-12-31' AND delivered_on IS NULL;

-- active products
SELECT name FROM products WHERE discontinued_on IS NULL;

-- how many active products do we have
SELECT COUNT(*) AS number_of_products FROM products WHERE discontinued_on IS NULL;

-- discontinued products
SELECT name FROM products WHERE NOT discontinued_on IS NULL;

-- how many discontinued products per category
SELECT categories.name, COUNT(*) AS number_of_products FROM products JOIN categories ON products.category_id = categories.category_id WHERE NOT products.discontinued_on IS NULL GROUP BY categories.category_id, categories.name;

-- former employees
SELECT first_name, last_name FROM employees WHERE NOT left_on IS NULL;

-- current employees per store
SELECT stores.name, COUNT(*) AS number_of_employees FROM stores JOIN employees ON stores.store_id = employees.store_id WHERE employees.left_on IS NULL GROUP BY stores.store_id, stores.name;

-- employees who left
SELECT * FROM employees WHERE NOT left_on IS NULL;

-- delivered shipments in March 2025
SELECT * FROM shipments WHERE delivered_on >= '2025-03-01' AND delivered_on < '2025-04-01';

-- products discontinued in 2024
SELECT * FROM products WHERE discontinued_on >= '2024-01-01' AND discontinued_on < '2025-01-01';

-- how many shipments were delivered per month in 2025
SELECT STRFTIME('%Y-%m', delivered_on) AS month, COUNT(*) AS number_of_shipments FROM shipments WHERE ( delivered_on >= '2025-01-01' AND delivered_on < '2026-01-01' ) AND NOT delivered_on IS NULL GROUP BY STRFTIME('%Y-%m', delivered_on) ORDER BY STRFTIME('%Y-%m', delivered_on) ASC;

-- hired employees per year
SELECT STRFTIME('%Y', hired_on) AS year, COUNT(*) AS number_of_employees FROM employees GROUP BY STRFTIME('%Y', hired_on) ORDER BY STRFTIME('%Y', hired_on) ASC;
