-- customers without orders
SELECT * FROM customers WHERE NOT customer_id IN ( SELECT customer_id FROM orders );

-- which products have never been ordered?
SELECT name FROM products WHERE NOT product_id IN ( SELECT product_id FROM order_lines );

-- how many customers have no reviews?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE NOT customer_id IN ( SELECT customer_id FROM reviews );

-- suppliers without products
SELECT * FROM suppliers WHERE NOT supplier_id IN ( SELECT supplier_id FROM products );

-- products that were never reviewed
SELECT * FROM products WHERE NOT product_id IN ( SELECT product_id FROM reviews );

-- products that have no reviews
SELECT * FROM products WHERE NOT product_id IN ( SELECT product_id FROM reviews );

-- products that have no order in 2024
SELECT * FROM products WHERE NOT product_id IN ( SELECT order_lines.product_id FROM order_lines JOIN orders ON order_lines.order_id = orders.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' );

-- customers without an order in 2025
SELECT * FROM customers WHERE NOT customer_id IN ( SELECT customer_id FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' );

-- customers who do not have a cancelled or open order
SELECT * FROM customers WHERE NOT customer_id IN ( SELECT customer_id FROM orders WHERE status IN ('cancelled', 'open') );

-- products never returned
SELECT * FROM products WHERE NOT product_id IN ( SELECT order_lines.product_id FROM order_lines JOIN returns ON order_lines.order_line_id = returns.order_line_id );

-- customers who never returned anything
SELECT * FROM customers WHERE NOT customer_id IN ( SELECT orders.customer_id FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id JOIN returns ON order_lines.order_line_id = returns.order_line_id );

-- products not reviewed in 2025
SELECT * FROM products WHERE NOT product_id IN ( SELECT product_id FROM reviews WHERE reviewed_on >= '2025-01-01' AND reviewed_on < '2026-01-01' );
