-- names of products from suppliers in Italy
SELECT products.name FROM products JOIN suppliers ON products.supplier_id = suppliers.supplier_id WHERE suppliers.country = 'Italy';

-- which customers bought the Haze Desk Lamp?
SELECT DISTINCT customers.first_name, customers.last_name FROM order_lines JOIN products ON order_lines.product_id = products.product_id JOIN orders ON order_lines.order_id = orders.order_id JOIN customers ON orders.customer_id = customers.customer_id WHERE products.name = 'Haze Desk Lamp';

-- list employees and the city of their store
SELECT employees.first_name, employees.last_name, stores.city FROM stores JOIN employees ON stores.store_id = employees.store_id;

-- orders of customers from France with total amount above 500
SELECT orders.* FROM orders JOIN customers ON orders.customer_id = customers.customer_id WHERE orders.total_amount > 500 AND customers.country = 'France';

-- reviews of products in the category Lighting
SELECT reviews.* FROM reviews JOIN products ON reviews.product_id = products.product_id JOIN categories ON products.category_id = categories.category_id WHERE categories.name = 'Lighting';

-- carriers of shipments to customers in Spain
SELECT shipments.carrier FROM shipments JOIN orders ON shipments.order_id = orders.order_id JOIN customers ON orders.customer_id = customers.customer_id WHERE customers.country = 'Spain';
