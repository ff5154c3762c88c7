-- orders in March 2024
SELECT * FROM orders WHERE order_date >= '2024-03-01' AND order_date < '2024-04-01';

-- how many orders were placed in 2023?
SELECT COUNT(*) AS number_of_orders FROM orders WHERE order_date >= '2023-01-01' AND order_date < '2024-01-01';

-- orders between 2023-01-01 and 2023-03-31
SELECT * FROM orders WHERE order_date >= '2023-01-01' AND order_date < '2023-04-01';

-- orders since 2025
SELECT * FROM orders WHERE order_date >= '2025-01-01';

-- orders in the last 30 days
SELECT * FROM orders WHERE order_date >= '2025-12-01' AND order_date < '2026-01-01';

-- orders placed last month
SELECT * FROM orders WHERE order_date >= '2025-11-01' AND order_date < '2025-12-01';

-- how many customers signed up before 2022?
SELECT COUNT(*) AS number_of_customers FROM customers WHERE signed_up_on < '2022-01-01';

-- reviews written this year
SELECT * FROM reviews WHERE reviewed_on >= '2025-01-01' AND reviewed_on < '2026-01-01';

-- orders on 2024-12-24
SELECT * FROM orders WHERE order_date >= '2024-12-24' AND order_date < '2024-12-25';

-- orders in Q2 2024
SELECT * FROM orders WHERE order_date >= '2024-04-01' AND order_date < '2024-07-01';

-- countries of customers who signed up in both 2023 and 2024
SELECT DISTINCT country FROM customers WHERE ( ( signed_up_on >= '2023-01-01' AND signed_up_on < '2025-01-01' ) AND signed_up_on < '2024-01-01' ) AND country IN ( SELECT country FROM customers WHERE ( signed_up_on >= '2023-01-01' AND signed_up_on < '2025-01-01' ) AND signed_up_on >= '2024-01-01' );

-- orders in 2023 and in 2024
SELECT * FROM orders WHERE ( order_date >= '2023-01-01' AND order_date < '2024-01-01' ) OR ( order_date >= '2024-01-01' AND order_date < '2025-01-01' );
