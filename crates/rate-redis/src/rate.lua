-- Books slots for the requests of a fleet to one action, with the time of this server: GCRA for the
-- spacing, and the arrivals of the latest requests for the limit.
--
-- Two invariants make sure that at most `limit` requests arrive in any second:
--
-- 1. No slot is earlier than the slot before it.
-- 2. A slot is at least one window after the arrival of the request that is `limit` slots earlier.
--
-- A request is expected to arrive within ON_TIME after its slot. If it arrives later, its process
-- reports that. Times are in microseconds of this server's clock. KEYS[1] is the lane: what is known
-- of one action, as a packed table.

-- Length of a window: one second, and 2 ms for clocks and rounding, as in the client's own limiter.
local WINDOW = 1002000
-- Time from a slot to the arrival of its request, unless the process reports more: ARGV[3].
local ON_TIME = tonumber(ARGV[3])
-- Maximum time by which a late slot may catch up, as in the client's own limiter.
local MAX_CATCH_UP = 100000
-- Maximum number of arrivals that are kept. A higher limit is kept by the spacing alone.
local MAX_ARRIVALS = 1000
-- Time after which an unused lane is forgotten. Every rate is full again by then.
local EXPIRY_SECONDS = 120

local limit = tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local packed = redis.call('GET', KEYS[1])
local lane = packed and cmsgpack.unpack(packed)

local function save()
  redis.call('SET', KEYS[1], cmsgpack.pack(lane), 'EX', EXPIRY_SECONDS)
end

-- Requests per window and ON_TIME. A cut lowers it, and quiet seconds raise it, first slowly and then fast, with
-- the constants of the client's own limiter.
local function rate()
  if not lane.cut_at then return limit end
  local quiet = math.max(now - lane.cut_at, 0) / 1000000
  return math.min(limit, lane.cut_to * 1.015 ^ math.min(quiet, 20) + math.max(quiet - 20, 0))
end

-- Returns the time to wait for the next slot, and the slot. ARGV[4]: whether the process comes from
-- limiting itself.
local function book()
  -- A server that lost the lane does not know the requests that the processes have sent meanwhile.
  -- They count for one more window.
  lane = lane or { due = ARGV[4] == '1' and now + WINDOW or now, last = 0, keep = 0, arrivals = {} }
  local arrivals = lane.arrivals
  local slot = math.max(now, lane.due, lane.last)
  local earlier = arrivals[#arrivals - limit + 1]
  if earlier then slot = math.max(slot, earlier + WINDOW) end
  lane.due = math.floor(math.max(lane.due, slot - MAX_CATCH_UP) + (WINDOW + ON_TIME) / rate())
  lane.last = slot
  lane.keep = math.min(math.max(lane.keep, limit), MAX_ARRIVALS)
  arrivals[#arrivals + 1] = slot + ON_TIME
  while #arrivals > lane.keep do table.remove(arrivals, 1) end
  save()
  return { slot - now, slot }
end

-- Reports a request that has arrived late, or that the service has throttled. ARGV[4]: its slot;
-- ARGV[5]: time from the slot to its arrival; ARGV[6]: whether it was throttled; ARGV[7]: time for
-- which the service asks to send nothing.
local function report()
  if not lane then return end
  local slot, late = tonumber(ARGV[4]), tonumber(ARGV[5])
  for index = #lane.arrivals, 1, -1 do
    if late > ON_TIME and lane.arrivals[index] == slot + ON_TIME then
      lane.arrivals[index] = slot + late
      break
    end
  end
  -- Slots that were booked before a cut do not cut again, so that one overload causes one cut.
  if ARGV[6] == '1' and slot > (lane.cut_last or 0) then
    lane.cut_to = math.max(rate() * 0.875, math.min(0.5, limit))
    lane.cut_at = now
    lane.cut_last = lane.last
  end
  lane.due = math.max(lane.due, now + tonumber(ARGV[7]))
  save()
end

if ARGV[1] == 'book' then return book() end
return report()
