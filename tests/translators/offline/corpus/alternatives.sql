-- products with a list price over 300 or a weight above 20
SELECT * FROM products WHERE list_price > 300 OR weight_kg > 20;
