-- customers whose last name starts with 'Sch'
SELECT * FROM customers WHERE last_name LIKE 'Sch%';

-- products whose name contains 'Lamp'
SELECT * FROM products WHERE name LIKE '%Lamp%';

-- customers without a phone
SELECT * FROM customers WHERE phone IS NULL;

-- which shipments are not delivered?
SELECT * FROM shipments WHERE delivered_on IS NULL;

-- products whose name contains lamp
SELECT * FROM products WHERE name LIKE '%lamp%';

-- which products are discontinued?
SELECT name FROM products WHERE NOT discontinued_on IS NULL;

-- products with 'Desk' in their name
SELECT name FROM products WHERE name LIKE '%Desk%';

-- customers whose last name starts with A
SELECT * FROM customers WHERE last_name LIKE 'A%';

-- products whose name ends with e
SELECT * FROM products WHERE name LIKE '%e';
