"""How AWS decides a request and how its errors read: pure, standard library only."""
