-- biggest orders by total amount
SELECT * FROM orders ORDER BY total_amount DESC LIMIT 10;

-- largest order by amount
SELECT * FROM orders ORDER BY total_amount DESC LIMIT 1;

-- highest 5 products by price
SELECT name FROM products ORDER BY list_price DESC LIMIT 5;

-- 5 largest stores by floor area
SELECT name FROM stores ORDER BY floor_area_m2 DESC LIMIT 5;

-- biggest customers by revenue
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC LIMIT 10;

-- largest country by number of customers
SELECT country, COUNT(*) AS number_of_customers FROM customers GROUP BY country ORDER BY COUNT(*) DESC LIMIT 1;

-- worst 3 stores by revenue
SELECT stores.name, SUM(orders.total_amount) AS total_amount FROM stores JOIN orders ON stores.store_id = orders.store_id GROUP BY stores.store_id, stores.name ORDER BY SUM(orders.total_amount) ASC LIMIT 3;

-- 5 best categories by average rating
SELECT categories.name, AVG(reviews.rating) AS average_rating FROM categories JOIN products ON categories.category_id = products.category_id JOIN reviews ON products.product_id = reviews.product_id GROUP BY categories.category_id, categories.name ORDER BY AVG(reviews.rating) DESC LIMIT 5;

-- the 3 worst rated products
SELECT products.name, AVG(reviews.rating) AS average_rating FROM products JOIN reviews ON products.product_id = reviews.product_id GROUP BY products.product_id, products.name ORDER BY AVG(reviews.rating) ASC LIMIT 3;
