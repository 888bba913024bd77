DROP INDEX users_registered;
DROP INDEX users_invited;
DROP INDEX users_by_permission;
