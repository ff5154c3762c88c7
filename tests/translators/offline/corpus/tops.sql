-- the 2 most expensive products in each category
SELECT categories_name, products_name, list_price FROM ( SELECT categories.name AS categories_name, products.name AS products_name, products.list_price, ROW_NUMBER() OVER (PARTITION BY categories.category_id ORDER BY products.list_price DESC) AS place FROM categories JOIN products ON categories.category_id = products.category_id ) AS numbered WHERE place <= 2 ORDER BY categories_name, place;

-- top 2 products by revenue in each category
SELECT categories_name, products_name, total_line_total FROM ( SELECT categories.name AS categories_name, products.name AS products_name, SUM(order_lines.line_total) AS total_line_total, ROW_NUMBER() OVER (PARTITION BY categories.category_id ORDER BY SUM(order_lines.line_total) DESC) AS place FROM categories JOIN products ON categories.category_id = products.category_id JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY categories.category_id, products.product_id, categories.name, products.name ) AS numbered WHERE place <= 2 ORDER BY categories_name, place;

-- top 3 customers by revenue per country
SELECT country, first_name, last_name, total_amount FROM ( SELECT customers.country, customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount, ROW_NUMBER() OVER (PARTITION BY customers.country ORDER BY SUM(orders.total_amount) DESC) AS place FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.country, customers.customer_id, customers.first_name, customers.last_name ) AS numbered WHERE place <= 3 ORDER BY country, place;

-- top 2 employees per job title by salary
SELECT job_title, first_name, last_name, salary FROM ( SELECT job_title, first_name, last_name, salary, ROW_NUMBER() OVER (PARTITION BY job_title ORDER BY salary DESC) AS place FROM employees ) AS numbered WHERE place <= 2 ORDER BY job_title, place;

-- top 1 products per category by number of reviews
SELECT categories_name, products_name, number_of_reviews FROM ( SELECT categories.name AS categories_name, products.name AS products_name, COUNT(*) AS number_of_reviews, ROW_NUMBER() OVER (PARTITION BY categories.category_id ORDER BY COUNT(*) DESC) AS place FROM categories JOIN products ON categories.category_id = products.category_id JOIN reviews ON products.product_id = reviews.product_id GROUP BY categories.category_id, products.product_id, categories.name, products.name ) AS numbered WHERE place <= 1 ORDER BY categories_name, place;

-- best selling product per category
SELECT categories_name, products_name, total_line_total FROM ( SELECT categories.name AS categories_name, products.name AS products_name, SUM(order_lines.line_total) AS total_line_total, ROW_NUMBER() OVER (PARTITION BY categories.category_id ORDER BY SUM(order_lines.line_total) DESC) AS place FROM categories JOIN products ON categories.category_id = products.category_id JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY categories.category_id, products.product_id, categories.name, products.name ) AS numbered WHERE place <= 1 ORDER BY categories_name, place;

-- first order of each customer
SELECT first_name, last_name, order_id, order_date FROM ( SELECT customers.first_name, customers.last_name, orders.order_id, orders.order_date, ROW_NUMBER() OVER ( PARTITION BY customers.customer_id ORDER BY orders.order_date ASC, orders.order_id ASC ) AS place FROM customers JOIN orders ON customers.customer_id = orders.customer_id ) AS numbered WHERE place <= 1 ORDER BY first_name, last_name, place;

-- the most recent review of each product
SELECT name, review_id, reviewed_on FROM ( SELECT products.name, reviews.review_id, reviews.reviewed_on, ROW_NUMBER() OVER ( PARTITION BY products.product_id ORDER BY reviews.reviewed_on DESC, reviews.review_id DESC ) AS place FROM products JOIN reviews ON products.product_id = reviews.product_id ) AS numbered WHERE place <= 1 ORDER BY name, place;

-- earliest shipment for each carrier
SELECT carrier, shipment_id, shipped_on FROM ( SELECT carrier, shipment_id, shipped_on, ROW_NUMBER() OVER (PARTITION BY carrier ORDER BY shipped_on ASC, shipment_id ASC) AS place FROM shipments ) AS numbered WHERE place <= 1 ORDER BY carrier, place;

-- cheapest product in each category
SELECT categories_name, products_name, list_price FROM ( SELECT categories.name AS categories_name, products.name AS products_name, products.list_price, ROW_NUMBER() OVER (PARTITION BY categories.category_id ORDER BY products.list_price ASC) AS place FROM categories JOIN products ON categories.category_id = products.category_id ) AS numbered WHERE place <= 1 ORDER BY categories_name, place;

-- last 2 reviews of each product
SELECT name, review_id, reviewed_on FROM ( SELECT products.name, reviews.review_id, reviews.reviewed_on, ROW_NUMBER() OVER ( PARTITION BY products.product_id ORDER BY reviews.reviewed_on DESC, reviews.review_id DESC ) AS place FROM products JOIN reviews ON products.product_id = reviews.product_id ) AS numbered WHERE place <= 2 ORDER BY name, place;
