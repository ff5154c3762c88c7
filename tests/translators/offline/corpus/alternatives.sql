-- products with a list price over 300 or a weight above 20
SELECT * FROM products WHERE list_price > 300 OR weight_kg > 20;

-- customers from Berlin or with more than 5 orders
SELECT * FROM customers WHERE city = 'Berlin' OR customer_id IN ( SELECT customers.customer_id FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id HAVING COUNT(*) > 5 );

-- how many customers are from Berlin or have more than 5 orders?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE city = 'Berlin' OR customer_id IN ( SELECT customers.customer_id FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id HAVING COUNT(*) > 5 );

-- customers older than 30 or from Berlin, sorted by last name
SELECT * FROM customers WHERE birth_year < 1995 OR city = 'Berlin' ORDER BY last_name ASC;

-- customers with more than 5 orders or more than 3 reviews
SELECT * FROM customers WHERE customer_id IN ( SELECT customers.customer_id FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id HAVING COUNT(*) > 5 ) OR customer_id IN ( SELECT customers.customer_id FROM customers JOIN reviews ON customers.customer_id = reviews.customer_id GROUP BY customers.customer_id HAVING COUNT(*) > 3 );

-- customers from Germany or who signed up in 2023
SELECT * FROM customers WHERE country = 'Germany' OR ( signed_up_on >= '2023-01-01' AND signed_up_on < '2024-01-01' );

-- customers from Germany who signed up before 2022 or after 2024
SELECT * FROM customers WHERE country = 'Germany' AND ( signed_up_on < '2022-01-01' OR signed_up_on >= '2025-01-01' );

-- customers from Berlin or Hamburg who signed up before 2022
SELECT * FROM customers WHERE signed_up_on < '2022-01-01' AND city IN ('Berlin', 'Hamburg');

-- customers from Berlin or without orders
SELECT * FROM customers WHERE city = 'Berlin' OR NOT customer_id IN ( SELECT customer_id FROM orders );

-- customers from Berlin or with a review rated 5
SELECT * FROM customers WHERE city = 'Berlin' OR customer_id IN ( SELECT customers.customer_id FROM customers JOIN reviews ON customers.customer_id = reviews.customer_id WHERE reviews.rating = 5 );

-- customers who are not from Berlin or Hamburg
SELECT * FROM customers WHERE city <> 'Berlin' AND city <> 'Hamburg';
