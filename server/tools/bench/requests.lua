-- Sends the requests of a file to wrk's connections, one after the other, and begins again at its end. With ONCE none is sent twice:
-- when nothing is left the server is asked whether it is alive, which does not count.
-- A line is: METHOD, path, cookie, body; separated by tabs. Counts the answers by status.
local requests, at, looked, once = {}, 0, false, os.getenv('ONCE') == '1'
local statuses = {}
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init()
  for line in io.lines(os.getenv('REQUESTS')) do
    local method, path, cookie, body = line:match('^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$')
    local headers = { Cookie = cookie, Accept = 'text/html', ['Accept-Encoding'] = 'identity' }
    if method == 'POST' then headers['Content-Type'] = 'application/x-www-form-urlencoded' end
    table.insert(requests, wrk.format(method, path, headers, body))
  end
  answered, good = 0, 0
end

function request()
  -- The first one is only looked at by wrk, to see whether it is one.
  if not looked then looked = true return wrk.format('GET', '/healthz') end
  at = at + 1
  if at > #requests then
    if once then return wrk.format('GET', '/healthz') end
    at = 1
  end
  return requests[at]
end

function response(status)
  if once and status == 200 then return end
  answered = answered + 1
  if status == 200 or status == 303 then good = good + 1 end
end

function done(summary, latency)
  local answered, good = 0, 0
  for _, thread in ipairs(threads) do
    answered = answered + thread:get('answered')
    good = good + thread:get('good')
  end
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"answered":%d,"good":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, answered, good))
end
