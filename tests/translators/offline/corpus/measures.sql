-- how much does the heaviest product weigh?
SELECT weight_kg FROM products ORDER BY weight_kg DESC LIMIT 1;
