-- what percentage of orders were cancelled?
SELECT 100.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS percent FROM orders;

-- percentage of customers from France
SELECT 100.0 * SUM(CASE WHEN country = 'France' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS percent FROM customers;

-- ratio of customers from France to customers from Germany
SELECT 1.0 * SUM(CASE WHEN country = 'France' THEN 1 ELSE 0 END) / NULLIF(SUM(CASE WHEN country = 'Germany' THEN 1 ELSE 0 END), 0) AS ratio FROM customers;

-- what share of orders were cancelled in each channel?
SELECT channel, 1.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS ratio FROM orders GROUP BY channel;

-- share of revenue by category
SELECT categories.name, 100.0 * SUM(order_lines.line_total) / NULLIF(SUM(SUM(order_lines.line_total)) OVER (), 0) AS percent FROM categories JOIN products ON categories.category_id = products.category_id JOIN order_lines ON products.product_id = order_lines.product_id GROUP BY categories.category_id, categories.name;

-- percentage of orders per country
SELECT customers.country, 100.0 * COUNT(*) / NULLIF(SUM(COUNT(*)) OVER (), 0) AS percent FROM customers JOIN orders ON customers.customer_id = orders.customer_id GROUP BY customers.country;

-- share of orders by channel in 2025
SELECT channel, 100.0 * COUNT(*) / NULLIF(SUM(COUNT(*)) OVER (), 0) AS percent FROM orders WHERE order_date >= '2025-01-01' AND order_date < '2026-01-01' GROUP BY channel;

-- what is the share of sales per month in 2024?
SELECT STRFTIME('%Y-%m', orders.order_date) AS month, 100.0 * SUM(order_lines.line_total) / NULLIF(SUM(SUM(order_lines.line_total)) OVER (), 0) AS percent FROM orders JOIN order_lines ON orders.order_id = order_lines.order_id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY STRFTIME('%Y-%m', orders.order_date) ORDER BY STRFTIME('%Y-%m', orders.order_date) ASC;
