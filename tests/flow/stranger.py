"""A MessagePack-RPC client that Brug's makers did not write (Debian's python3-pynvim) talks to brugd.

openssl s_client carries the bytes; pynvim's session speaks the protocol: hello, read a plan, watch, see a change come.
Arguments: server, folder with the identity, case.
"""
import sys

from pynvim.msgpack_rpc import AsyncSession, EventLoop, MsgpackStream, Session

server, home, case = sys.argv[1:4]
command = ['openssl', 's_client', '-quiet', '-connect', server, '-tls1_3', '-alpn', 'brug/1', '-verify_return_error',
           '-CAfile', home + '/ca.crt', '-cert', home + '/device.crt', '-key', home + '/device.key']
session = Session(AsyncSession(MsgpackStream(EventLoop('child', command))))

me = session.request('hello', {'client': 'stranger 1.0', 'lang': 'en'})
print('hello', me['person'])
plan = session.request('case.plan', {'case': case})
print('plan', len(plan['items']), [len(item['view']) for item in plan['items']])
first = session.request('case.watch', {'case': case})
print('watch', first['reset'], len(first['events']))
sys.stdout.flush()

def request(name, args):
    raise RuntimeError('brugd asks nothing of its clients')

def notification(name, args):
    if name == 'case.event':
        for event in args[0]['events']:
            print('event', 'show' if 'show' in event else 'retract')
        session.stop()

session.run(request, notification)
