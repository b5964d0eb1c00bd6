"""Jobs of a session: each takes a frozen request that holds all that it reads.

A request is made from the state where a change starts the job (session/requests.py); on its lane
a job sees nothing but its request.
"""
