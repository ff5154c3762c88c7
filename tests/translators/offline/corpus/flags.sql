-- how many customers are subscribed to the newsletter?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE newsletter = 1;

-- customers who do not get the newsletter
SELECT * FROM customers WHERE newsletter = 0;

-- how many customers from France do not receive the newsletter?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE newsletter = 0 AND country = 'France';

-- share of customers who subscribed to the newsletter
SELECT 1.0 * SUM(CASE WHEN newsletter = 1 THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS ratio FROM customers;

-- customers in Germany with newsletter
SELECT * FROM customers WHERE newsletter = 1 AND country = 'Germany';

-- customers per newsletter
SELECT newsletter, COUNT(*) AS number_of_customers FROM customers GROUP BY newsletter;

-- show name and newsletter of customers
SELECT first_name, last_name, newsletter FROM customers;
