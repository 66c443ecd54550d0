"""Starts moto's server with account ids that are known beforehand: `moto_server.py PORT ACCOUNT…`."""

import sys

from moto.organizations import utils
from moto.server import main

accounts = iter(sys.argv[2:])
utils.make_random_account_id = lambda: next(accounts)
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
