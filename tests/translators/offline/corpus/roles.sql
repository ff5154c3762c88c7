-- who is the manager of Katrin Schmidt?
SELECT manager.first_name AS manager_first_name, manager.last_name AS manager_last_name FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE employees.first_name = 'Katrin' AND employees.last_name = 'Schmidt';

-- employees with their managers
SELECT employees.first_name, employees.last_name, manager.first_name AS manager_first_name, manager.last_name AS manager_last_name FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id;

-- list each employee and the name of their manager
SELECT employees.first_name, employees.last_name, manager.first_name AS manager_first_name, manager.last_name AS manager_last_name FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id;

-- show the last name and salary of each employee and the salary of their manager
SELECT employees.last_name, employees.salary, manager.salary AS manager_salary FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id;

-- who earns more than their manager?
SELECT employees.first_name, employees.last_name FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE employees.salary > manager.salary;

-- employees hired before their manager
SELECT employees.* FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE employees.hired_on < manager.hired_on;

-- which manager has the most employees?
SELECT manager.first_name AS manager_first_name, manager.last_name AS manager_last_name FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id GROUP BY employees.manager_id, manager.first_name, manager.last_name ORDER BY COUNT(*) DESC LIMIT 1;

-- number of employees per manager
SELECT manager.first_name AS manager_first_name, manager.last_name AS manager_last_name, COUNT(*) AS number_of_employees FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id GROUP BY employees.manager_id, manager.first_name, manager.last_name;

-- employees whose manager is Katrin Schmidt
SELECT employees.* FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- how many people report to Katrin Schmidt?
SELECT COUNT(*) AS number_of_employees FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- who reports to Katrin Schmidt?
SELECT employees.first_name, employees.last_name FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- employees managed by Katrin Schmidt
SELECT employees.* FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- subordinates of Katrin Schmidt
SELECT employees.first_name, employees.last_name FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- employees without a manager
SELECT * FROM employees WHERE manager_id IS NULL;

-- average salary of employees managed by Katrin Schmidt
SELECT AVG(employees.salary) AS average_salary FROM employees JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE manager.first_name = 'Katrin' AND manager.last_name = 'Schmidt';

-- who manages Katrin Schmidt?
SELECT manager.first_name AS manager_first_name, manager.last_name AS manager_last_name FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE employees.first_name = 'Katrin' AND employees.last_name = 'Schmidt';

-- salary of Katrin Schmidt's manager
SELECT manager.salary AS manager_salary FROM employees LEFT JOIN employees AS manager ON employees.manager_id = manager.employee_id WHERE employees.first_name = 'Katrin' AND employees.last_name = 'Schmidt';
