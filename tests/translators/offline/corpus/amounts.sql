-- products with a list price over 100
SELECT * FROM products WHERE list_price > 100;

-- products with list price between 10 and 20
SELECT * FROM products WHERE list_price BETWEEN 10 AND 20;

-- employees who earn at least 60000
SELECT * FROM employees WHERE salary >= 60000;

-- reviews with rating below 3
SELECT * FROM reviews WHERE rating < 3;

-- customers with more than 10 orders
SELECT customers.first_name, customers.last_name FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name HAVING COUNT(*) > 10;

-- which products have at least 30 reviews?
SELECT products.name FROM products JOIN reviews ON products.product_id = reviews.product_id GROUP BY products.product_id, products.name HAVING COUNT(*) >= 30;

-- order 301
SELECT * FROM orders WHERE order_id = 301;

-- categories with an average list price above 50
SELECT categories.name FROM categories JOIN products ON categories.category_id = products.category_id GROUP BY categories.category_id, categories.name HAVING AVG(products.list_price) > 50;

-- products that weigh more than 5
SELECT * FROM products WHERE weight_kg > 5;

-- customers born after 1990
SELECT * FROM customers WHERE birth_year > 1990;

-- reviews with rating 1 or 2
SELECT * FROM reviews WHERE rating IN (1, 2);

-- customers older than 50
SELECT * FROM customers WHERE birth_year < 1975;

-- customers under 30 or over 60
SELECT * FROM customers WHERE birth_year > 1995 OR birth_year < 1965;

-- how many customers are between 20 and 30 years old?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE birth_year BETWEEN 1995 AND 2005;

-- orders with a higher shipping fee than 9
SELECT * FROM orders WHERE shipping_fee > 9;

-- customers who ordered more than twice
SELECT customers.first_name, customers.last_name FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name HAVING COUNT(*) > 2;

-- which products were ordered at least 100 times?
SELECT products.name FROM products JOIN order_lines ON products.product_id = order_lines.product_id JOIN orders ON order_lines.order_id = orders.order_id GROUP BY products.product_id, products.name HAVING COUNT(*) >= 100;

-- orders over 500 euros
SELECT * FROM orders WHERE total_amount > 500;

-- orders over 500
SELECT * FROM orders WHERE total_amount > 500;

-- products under 20 euros
SELECT * FROM products WHERE list_price < 20;

-- orders with a shipping fee over 5 euros
SELECT * FROM orders WHERE shipping_fee > 5;

-- orders over 2000
SELECT * FROM orders WHERE total_amount > 2000;

-- how many orders below 2000 per channel
SELECT channel, COUNT(*) AS number_of_orders FROM orders WHERE total_amount < 2000 GROUP BY channel;

-- orders over 500 in March 2025
SELECT * FROM orders WHERE ( order_date >= '2025-03-01' AND order_date < '2025-04-01' ) AND total_amount > 500;

-- how many orders above 300 from Germany
SELECT COUNT(*) AS number_of_orders FROM orders JOIN stores ON orders.store_id = stores.store_id WHERE orders.total_amount > 300 AND stores.country = 'Germany';
