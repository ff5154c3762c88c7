-- products with a list price above the average
SELECT * FROM products WHERE list_price > ( SELECT AVG(list_price) AS average_list_price FROM products );

-- orders whose total amount is below the average
SELECT * FROM orders WHERE total_amount < ( SELECT AVG(total_amount) AS average_total_amount FROM orders );
