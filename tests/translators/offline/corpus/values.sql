-- How many customers are there in Berlin?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE city = 'Berlin';

-- names of customers from Germany
SELECT first_name, last_name FROM customers WHERE country = 'Germany';

-- how many orders were cancelled?
SELECT COUNT(*) AS number_of_orders FROM orders WHERE status = 'cancelled';

-- German suppliers
SELECT name FROM suppliers WHERE country = 'Germany';

-- customers not from France
SELECT * FROM customers WHERE country <> 'France';

-- customers in Berlin or Hamburg
SELECT * FROM customers WHERE city IN ('Berlin', 'Hamburg');

-- How many orders have status 'completed'?
SELECT COUNT(*) AS number_of_orders FROM orders WHERE status = 'completed';

-- how many orders came in online?
SELECT COUNT(*) AS number_of_orders FROM orders WHERE channel = 'online';

-- stores not from the country of Germany
SELECT * FROM stores WHERE country <> 'Germany';

-- channels with both cancelled and open orders
SELECT DISTINCT channel FROM orders WHERE status = 'cancelled' AND channel IN ( SELECT channel FROM orders WHERE status = 'open' );
