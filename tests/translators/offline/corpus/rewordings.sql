-- how many clients are there?
SELECT COUNT(*) AS number_of_customers FROM customers;

-- given names and family names of buyers
SELECT first_name, last_name FROM customers;

-- wage of each worker
SELECT salary FROM employees;

-- how many vendors are there in each nation?
SELECT country, COUNT(*) AS number_of_suppliers FROM suppliers GROUP BY country;
