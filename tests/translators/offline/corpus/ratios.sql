-- what percentage of orders were cancelled?
SELECT 100.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS percent FROM orders;

-- percentage of customers from France
SELECT 100.0 * SUM(CASE WHEN country = 'France' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS percent FROM customers;

-- ratio of customers from France to customers from Germany
SELECT 1.0 * SUM(CASE WHEN country = 'France' THEN 1 ELSE 0 END) / NULLIF(SUM(CASE WHEN country = 'Germany' THEN 1 ELSE 0 END), 0) AS ratio FROM customers;

-- what share of orders were cancelled in each channel?
SELECT channel, 1.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS ratio FROM orders GROUP BY channel;
