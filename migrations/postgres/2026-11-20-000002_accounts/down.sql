DROP TABLE sessions;
DROP TABLE sign_ins;
DROP TABLE throttles;
DROP TABLE credentials;
DROP TABLE invitations;
DROP TABLE users;
