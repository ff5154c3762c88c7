-- top 5 products by revenue
SELECT products.name, SUM(order_lines.line_total) AS total_line_total FROM products JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY products.product_id, products.name ORDER BY SUM(order_lines.line_total) DESC LIMIT 5;

-- which five customers spent the most?
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC LIMIT 5;

-- total sales by country
SELECT customers.country, SUM(order_lines.line_total) AS total_line_total FROM customers JOIN orders ON customers.customer_id = orders.customer_id JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY customers.country;

-- monthly revenue in 2024
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- average order value per month in 2024
SELECT STRFTIME('%Y-%m', order_date) AS month, AVG(total_amount) AS average_total_amount FROM orders WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;

-- best selling products
SELECT products.name, SUM(order_lines.line_total) AS total_line_total FROM products JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY products.product_id, products.name ORDER BY SUM(order_lines.line_total) DESC LIMIT 10;

-- top 5 products by line total
SELECT products.name, SUM(order_lines.line_total) AS total_line_total FROM products JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY products.product_id, products.name ORDER BY SUM(order_lines.line_total) DESC LIMIT 5;

-- top 5 countries by revenue
SELECT customers.country, SUM(order_lines.line_total) AS total_line_total FROM customers JOIN orders ON customers.customer_id = orders.customer_id JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY customers.country ORDER BY SUM(order_lines.line_total) DESC LIMIT 5;

-- customers who spent most in 2024
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) DESC LIMIT 10;

-- which month had the highest revenue?
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY SUM(order_lines.line_total) DESC LIMIT 1;

-- which year had the lowest revenue?
SELECT STRFTIME('%Y', orders.order_date) AS year, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY STRFTIME('%Y', orders.order_date) ORDER BY SUM(order_lines.line_total) ASC LIMIT 1;

-- which country has the highest revenue
SELECT customers.country, SUM(order_lines.line_total) AS total_line_total FROM customers JOIN orders ON customers.customer_id = orders.customer_id JOIN order_lines ON orders.order_id = order_lines.order_id GROUP BY customers.country ORDER BY SUM(order_lines.line_total) DESC LIMIT 1;

-- which category has the highest revenue in 2024
SELECT categories.name, SUM(order_lines.line_total) AS total_line_total FROM categories JOIN products ON categories.category_id = products.category_id JOIN order_lines ON products.product_id = order_lines.product_id JOIN orders ON order_lines.order_id = orders.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY categories.category_id, categories.name ORDER BY SUM(order_lines.line_total) DESC LIMIT 1;

-- which customer has the lowest revenue?
SELECT customers.first_name, customers.last_name, SUM(orders.total_amount) AS total_amount FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY SUM(orders.total_amount) ASC LIMIT 1;

-- what was our revenue last year?
SELECT SUM(order_lines.line_total) AS total_line_total FROM order_lines JOIN orders ON order_lines.order_id = orders.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01';

-- compare revenue of 2024 and 2025
SELECT STRFTIME('%Y', orders.order_date) AS year, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE ( orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' ) OR ( orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' ) GROUP BY STRFTIME('%Y', orders.order_date) ORDER BY STRFTIME('%Y', orders.order_date) ASC;

-- revenue in March 2025 and April 2025
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, SUM(order_lines.line_total) AS total_line_total FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE ( orders.order_date >= '2025-03-01' AND orders.order_date < '2025-04-01' ) OR ( orders.order_date >= '2025-04-01' AND orders.order_date < '2025-05-01' ) GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;

-- how much did we sell in Q3 2025?
SELECT SUM(order_lines.line_total) AS total_line_total FROM order_lines JOIN orders ON order_lines.order_id = orders.order_id WHERE orders.order_date >= '2025-07-01' AND orders.order_date < '2025-10-01';

-- average basket value per month in 2025
SELECT STRFTIME('%Y-%m', order_date) AS month, AVG(total_amount) AS average_total_amount FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' GROUP BY STRFTIME('%Y-%m', order_date) ORDER BY STRFTIME('%Y-%m', order_date) ASC;
