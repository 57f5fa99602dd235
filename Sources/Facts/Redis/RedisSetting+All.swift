// SPDX-License-Identifier: GPL-3.0-or-later

extension RedisSetting {
    /// By name, second names too.
    static let all: [String: RedisSetting] = {
        var all: [String: RedisSetting] = [:]
        func add(_ words: Substring, _ kind: Kind, _ standard: String) {
            let names = words.split(separator: "|").map(String.init)
            guard let name = names.first else { return }
            let setting = RedisSetting(name: name, kind: kind, standard: standard)
            for name in names { all[name] = setting }
        }
        for word in on.split(whereSeparator: \.isWhitespace) { add(word, .bool, "yes") }
        for word in off.split(whereSeparator: \.isWhitespace) { add(word, .bool, "no") }
        for word in secrets.split(whereSeparator: \.isWhitespace) { add(word, .secret, "") }
        for line in texts.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            add(parts[0], .text, parts.count > 1 ? String(parts[1]) : "")
        }
        for line in choices.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            add(Substring(words[0]), .choice(Array(words.dropFirst(2))), words[1])
        }
        for line in numbers.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let low = words.count > 2 ? Int64(words[2]) ?? 0 : 0
            let high = words.count > 3 ? Int64(words[3]) ?? .max : Int64(Int32.max)
            add(Substring(words[0]), .number(low: low, high: high), words[1])
        }
        for line in sizes.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let low = words.count > 3 ? Int64(words[3]) ?? 0 : 0
            add(Substring(words[0]), .memory(low: low, high: .max, unsigned: words[2] == "u"), words[1])
        }
        add("maxmemory-clients", .share, "0")
        add("unixsocketperm", .octal, "0")
        add("shutdown-on-sigterm", .flags, "default")
        add("shutdown-on-sigint", .flags, "default")
        for line in special.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            add(parts[0], .special, parts.count > 1 ? String(parts[1]) : "")
        }
        return all
    }()

    private static let on = """
        rdbchecksum protected-mode rdbcompression activerehashing stop-writes-on-bgsave-error set-proc-title dynamic-hz
        repl-diskless-sync aof-rewrite-incremental-fsync cluster-require-full-coverage rdb-save-incremental-fsync
        aof-load-truncated aof-use-rdb-preamble replica-serve-stale-data|slave-serve-stale-data
        replica-read-only|slave-read-only replica-ignore-maxmemory|slave-ignore-maxmemory jemalloc-bg-thread
        cluster-allow-pubsubshard-when-down crash-log-enabled crash-memcheck-enabled disable-thp
        cluster-allow-replica-migration replica-announced latency-tracking tls-session-caching
        """

    private static let off = """
        daemonize io-threads-do-reads always-show-logo rdb-del-sync-files lazyfree-lazy-eviction lazyfree-lazy-expire
        lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush repl-disable-tcp-nodelay
        no-appendfsync-on-rewrite aof-timestamp-enabled cluster-replica-no-failover|cluster-slave-no-failover
        replica-lazy-flush|slave-lazy-flush activedefrag syslog-enabled cluster-enabled appendonly
        cluster-allow-reads-when-down use-exit-on-panic aof-disable-auto-gc replica-ignore-disk-write-errors tls-cluster
        tls-replication tls-prefer-server-ciphers
        """

    private static let secrets = "masterauth requirepass tls-key-file-pass tls-client-key-file-pass masteruser"

    private static let texts = """
        aclfile
        unixsocket
        pidfile
        replica-announce-ip|slave-announce-ip
        cluster-announce-ip
        cluster-config-file nodes.conf
        cluster-announce-hostname
        syslog-ident redis
        dbfilename dump.rdb
        appendfilename appendonly.aof
        appenddirname appendonlydir
        server_cpulist
        bio_cpulist
        aof_rewrite_cpulist
        bgsave_cpulist
        ignore-warnings
        proc-title-template {title} {listen-addr} {server-mode}
        bind-source-addr
        logfile
        tls-cert-file
        tls-key-file
        tls-client-cert-file
        tls-client-key-file
        tls-dh-params-file
        tls-ca-cert-file
        tls-ca-cert-dir
        tls-protocols
        tls-ciphers
        tls-ciphersuites
        """

    /// Name, default, what there is.
    private static let choices = """
        supervised no upstart systemd auto no
        syslog-facility local0 user local0 local1 local2 local3 local4 local5 local6 local7
        repl-diskless-load disabled disabled on-empty-db swapdb
        loglevel notice debug verbose notice warning
        maxmemory-policy noeviction volatile-lru volatile-lfu volatile-random volatile-ttl allkeys-lru allkeys-lfu allkeys-random noeviction
        appendfsync everysec everysec always no
        oom-score-adj no no yes relative absolute
        acl-pubsub-default resetchannels allchannels resetchannels
        sanitize-dump-payload no no yes clients
        enable-protected-configs no no yes local
        enable-debug-command no no yes local
        enable-module-command no no yes local
        cluster-preferred-endpoint-type ip ip hostname unknown-endpoint
        propagation-error-behavior ignore ignore panic panic-on-replicas
        tls-auth-clients yes no yes optional
        """

    /// Name, default, least (0), most (2³¹ − 1; `-` is 2⁶³ − 1).
    private static let numbers = """
        databases 16 1
        port 6379 0 65535
        io-threads 1 1 128
        auto-aof-rewrite-percentage 100
        cluster-replica-validity-factor|cluster-slave-validity-factor 10
        list-max-listpack-size|list-max-ziplist-size -2 -2147483648
        tcp-keepalive 300
        cluster-migration-barrier 1
        active-defrag-cycle-min 1 1 99
        active-defrag-cycle-max 25 1 99
        active-defrag-threshold-lower 10 0 1000
        active-defrag-threshold-upper 100 0 1000
        lfu-log-factor 10
        lfu-decay-time 1
        replica-priority|slave-priority 100
        repl-diskless-sync-delay 5
        maxmemory-samples 5 1
        maxmemory-eviction-tenacity 10 0 100
        timeout 0
        replica-announce-port|slave-announce-port 0 0 65535
        tcp-backlog 511
        cluster-port 0 0 65535
        cluster-announce-bus-port 0 0 65535
        cluster-announce-port 0 0 65535
        cluster-announce-tls-port 0 0 65535
        repl-timeout 60 1
        repl-ping-replica-period|repl-ping-slave-period 10 1
        list-compress-depth 0
        rdb-key-save-delay 0 -2147483648
        key-load-delay 0 -2147483648
        active-expire-effort 1 1 10
        hz 10
        min-replicas-to-write|min-slaves-to-write 0
        min-replicas-max-lag|min-slaves-max-lag 10
        watchdog-period 0
        shutdown-timeout 10
        repl-diskless-sync-max-replicas 0
        maxclients 10000 1 4294967295
        socket-mark-id 0 0 4294967295
        active-defrag-max-scan-fields 1000 1 -
        slowlog-max-len 128 0 -
        acllog-max-len 128 0 -
        busy-reply-threshold|lua-time-limit 5000 0 -
        cluster-node-timeout 15000 0 -
        slowlog-log-slower-than 10000 -1 -
        latency-monitor-threshold 0 0 -
        stream-node-max-entries 100 0 -
        hash-max-listpack-entries|hash-max-ziplist-entries 512 0 -
        set-max-intset-entries 512 0 -
        zset-max-listpack-entries|zset-max-ziplist-entries 128 0 -
        tracking-table-max-keys 1000000 0 -
        repl-backlog-ttl 3600 0 -
        loading-process-events-interval-bytes 2097152 1024
        tls-port 0 0 65535
        tls-session-cache-size 20480
        tls-session-cache-timeout 300
        """

    /// Name, default, `s`igned or `u`nsigned, least (0).
    private static let sizes = """
        proto-max-bulk-len 536870912 s 1048576
        repl-backlog-size 1048576 s 1
        maxmemory 0 u
        cluster-link-sendbuf-limit 0 u
        active-defrag-ignore-bytes 104857600 s 1
        hash-max-listpack-value|hash-max-ziplist-value 64 s
        stream-node-max-bytes 4096 s
        zset-max-listpack-value|zset-max-ziplist-value 64 s
        hll-sparse-max-bytes 3000 s
        client-query-buffer-limit 1073741824 s 1048576
        auto-aof-rewrite-min-size 67108864 s
        """

    private static let special = """
        dir
        save 3600 1 300 100 60 10000
        client-output-buffer-limit normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
        oom-score-adj-values 0 200 800
        notify-keyspace-events
        bind * -::*
        replicaof|slaveof
        latency-tracking-info-percentiles 50 99 99.9
        """

    /// Directives of earlier versions that are read and ignored with one argument.
    static let retired: Set<String> = ["list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands"]

    /// The names of commands of Redis 7.0 (COMMAND LIST), which rename-command and the rules of users know.
    static let commands = Set(commandNames.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let commandNames = """
        acl append asking auth bgrewriteaof bgsave bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop
        brpop brpoplpush bzmpop bzpopmax bzpopmin client cluster command config copy dbsize debug decr decrby del
        discard dump echo eval eval_ro evalsha evalsha_ro exec exists expire expireat expiretime failover fcall
        fcall_ro flushall flushdb function geoadd geodist geohash geopos georadius georadius_ro georadiusbymember
        georadiusbymember_ro geosearch geosearchstore get getbit getdel getex getrange getset hdel hello hexists hget
        hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen hvals incr incrby
        incrbyfloat info keys lastsave latency lcs lindex linsert llen lmove lmpop lolwut lpop lpos lpush lpushx
        lrange lrem lset ltrim memory mget migrate module monitor move mset msetnx multi object persist pexpire
        pexpireat pexpiretime pfadd pfcount pfdebug pfmerge pfselftest ping psetex psubscribe psync pttl publish
        pubsub punsubscribe quit randomkey readonly readwrite rename renamenx replconf replicaof reset restore
        restore-asking role rpop rpoplpush rpush rpushx sadd save scan scard script sdiff sdiffstore select set setbit
        setex setnx setrange shutdown sinter sintercard sinterstore sismember slaveof slowlog smembers smismember
        smove sort sort_ro spop spublish srandmember srem sscan ssubscribe strlen subscribe substr sunion sunionstore
        sunsubscribe swapdb sync time touch ttl type unlink unsubscribe unwatch wait watch xack xadd xautoclaim xclaim
        xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff
        zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange
        zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange
        zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore
        """
}
