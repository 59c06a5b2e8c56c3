/**
 * What is done in one step on the server. Each may be repeated without harm: where its answer
 * was lost, it is asked again.
 */

/** Seconds after which the keys of a map that no one renews go. */
export const MAP_SECONDS = 604_800;

/**
 * Adds jobs to the queue, those with a number above the last one that was sent.
 *
 * KEYS: jobs, map. ARGV: the map's id, then number and input of each job, in ascending order.
 */
export const ENQUEUE = `
local sent = redis.call('HGET', KEYS[2], 'sent')
if not sent then return redis.error_reply('NOMAP the map is not in the queue') end
sent = tonumber(sent)
local added, last = 0, sent
for k = 2, #ARGV, 2 do
  local number = tonumber(ARGV[k])
  if number > sent then
    local id = redis.call('XADD', KEYS[1], '*', 'v', '1', 'm', ARGV[1], 'i', ARGV[k], 'u', ARGV[k + 1])
    redis.call('HSET', KEYS[2], 'sent', ARGV[k], 'last', id)
    added = added + 1
  end
end
return added
`;

/**
 * Adds jobs once more, whose lines were lost: a server without its last seconds may know that
 * they were done, and have no line.
 *
 * KEYS: jobs, map, done. ARGV: as of ENQUEUE.
 */
export const AGAIN = `
if redis.call('HEXISTS', KEYS[2], 'v') == 0 then
  return redis.error_reply('NOMAP the map is not in the queue')
end
for k = 2, #ARGV, 2 do
  redis.call('SETBIT', KEYS[3], tonumber(ARGV[k]), 0)
  local id = redis.call('XADD', KEYS[1], '*', 'v', '1', 'm', ARGV[1], 'i', ARGV[k], 'u', ARGV[k + 1])
  redis.call('HSET', KEYS[2], 'last', id)
end
return (#ARGV - 1) / 2
`;

/**
 * Takes the lines of jobs, each number once, and takes their entries out of the queue. What is
 * done can be told even when memory is full. A map that is gone gets no lines.
 *
 * KEYS: jobs, map, done, results, alone. ARGV: the group, then number, entry and line of each job.
 */
export const FINISH: string = `#!lua flags=allow-oom
local there = redis.call('HEXISTS', KEYS[2], 'v') == 1
local added = 0
for k = 2, #ARGV, 3 do
  if there and redis.call('SETBIT', KEYS[3], tonumber(ARGV[k]), 1) == 0 then
    redis.call('XADD', KEYS[4], '*', 'i', ARGV[k], 'r', ARGV[k + 2])
    added = added + 1
  end
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[k + 1])
  redis.call('XDEL', KEYS[1], ARGV[k + 1])
  redis.call('HDEL', KEYS[5], ARGV[k + 1])
end
if added > 0 then
  redis.call('EXPIRE', KEYS[3], ${MAP_SECONDS})
  redis.call('EXPIRE', KEYS[4], ${MAP_SECONDS})
end
return added
`;

/**
 * Takes a worker out of the group and out of the list, unless it has jobs: with them these would
 * be no one's. One that lives comes back with the next thing that it asks.
 *
 * KEYS: jobs, workers. ARGV: the group, the worker.
 */
export const LEAVE = `
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if held.err or #held > 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[2])
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
`;
