"""The shop as bare WSGI on any DB-API driver."""

import importlib
import json
import os

import teas

driver = importlib.import_module(os.environ["SHOP_DRIVER"])
arguments = json.loads(os.environ["SHOP_CONNECT"])


def application(environ, start_response):
    connection = driver.connect(**arguments)
    try:
        answer = json.dumps(teas.PAGES[environ["PATH_INFO"]](connection.cursor()))
        connection.commit()
    finally:
        connection.close()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer.encode()]
