-- which product was returned most often?
SELECT products.name, COUNT(*) AS number_of_returns FROM products JOIN order_lines ON products.product_id = order_lines.product_id JOIN returns ON order_lines.order_line_id = returns.order_line_id GROUP BY products.product_id, products.name ORDER BY COUNT(*) DESC LIMIT 1;

-- which product was reviewed the least?
SELECT products.name, COUNT(*) AS number_of_reviews FROM products JOIN reviews ON products.product_id = reviews.product_id GROUP BY products.product_id, products.name ORDER BY COUNT(*) ASC LIMIT 1;

-- the 5 most ordered products in 2025
SELECT products.name, COUNT(DISTINCT orders.order_id) AS number_of_order_id FROM products JOIN order_lines ON products.product_id = order_lines.product_id JOIN orders ON order_lines.order_id = orders.order_id WHERE orders.order_date >= '2025-01-01' AND orders.order_date < '2026-01-01' GROUP BY products.product_id, products.name ORDER BY COUNT(DISTINCT orders.order_id) DESC LIMIT 5;

-- which customers ordered the most?
SELECT customers.first_name, customers.last_name, COUNT(*) AS number_of_orders FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.customer_id, customers.first_name, customers.last_name ORDER BY COUNT(*) DESC LIMIT 10;

-- the 2 most returned products
SELECT products.name, COUNT(*) AS number_of_returns FROM products JOIN order_lines ON products.product_id = order_lines.product_id JOIN returns ON order_lines.order_line_id = returns.order_line_id GROUP BY products.product_id, products.name ORDER BY COUNT(*) DESC LIMIT 2;
