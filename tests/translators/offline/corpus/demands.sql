-- which customers bought the Haze Desk Lamp? Return the email and the city.
SELECT DISTINCT customers.email, customers.city FROM order_lines JOIN products ON order_lines.product_id = products.product_id JOIN orders ON order_lines.order_id = orders.order_id JOIN customers ON orders.customer_id = customers.customer_id WHERE products.name = 'Haze Desk Lamp';

-- how many orders are there per channel? Order the results by the number of orders in descending order.
SELECT channel, COUNT(*) AS number_of_orders FROM orders GROUP BY channel ORDER BY COUNT(*) DESC;
