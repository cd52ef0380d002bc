-- For wrk: each request is that of another person. Arguments: a file with one cookie a line, the path, and further
-- headers as "Name: value".
-- The address that a request comes from, as a reverse proxy would say, is another for each person too.

local requests = {}
local next_request = 0

function init(args)
  local number = 0
  for cookie in io.lines(args[1]) do
    number = number + 1
    local headers = {
      ["Host"] = "localhost",
      ["Cookie"] = cookie,
      ["Accept"] = "application/json",
      ["X-Forwarded-For"] = string.format("10.%d.%d.%d", number / 62500, number / 250 % 250, number % 250 + 1),
    }
    for index = 3, #args do
      local name, value = args[index]:match("^([^:]+): (.*)$")
      headers[name] = value
    end
    requests[number] = wrk.format("GET", args[2], headers)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%f,"failed":%d,"p50Ms":%f,"p99Ms":%f}\n',
    summary.requests, summary.duration / 1e6, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
