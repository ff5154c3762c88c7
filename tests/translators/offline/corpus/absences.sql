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
