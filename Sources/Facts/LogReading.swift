// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Journal
import Logs
import Model

/// Brings the logs of a host to a scan: each file once, oldest first, within the look-back and a budget of bytes.
struct LogReading {
    var scan: LogScan
    /// Events before this are not asked for.
    let since: Timestamp
    /// The most bytes read, after decompression.
    let byteLimit: Int64
    /// What could not be seen of each source, in words.
    private(set) var gaps: [String: [String]] = [:]
    /// Sources that are on this host.
    private(set) var found: Set<String> = []
    /// What was met in each file that was read, by its path.
    private(set) var summaries: [String: LogScan.Summary] = [:]

    /// Seconds the host's clock is ahead of UTC at a local time.
    private var offset: @Sendable (Int64) -> Int64 = { _ in 0 }

    /// How much larger than its file a compressed log is taken to be when the budget is shared out.
    private static let typicalRatio: Int64 = 10
    /// Seconds within which a file must have been written to, to be preferred to the journal. Cron alone writes to
    /// auth.log every hour.
    private static let freshness: Int64 = 86_400

    init(scan: LogScan, since: Timestamp, byteLimit: Int64) {
        self.scan = scan
        self.since = since
        self.byteLimit = byteLimit
    }

    /// Reads these sources.
    ///
    /// A source that is in files and in the journal is read from its files where they were written to within a day,
    /// else from the journal: no event is counted twice.
    mutating func read(_ sources: [LogSource], _ collection: Collection) {
        offset = LogZone.offset(collection)
        let fresh = collection.now.seconds - Self.freshness
        let located = sources.map { source in
            let files = LogFiles(of: source, on: collection.host)
            let isFresh = files.files.contains { $0.modified.map { $0.seconds >= fresh } ?? true }
            return (source: source, files: files, asksJournal: source.journal != nil && !isFresh)
        }
        var journal = JournalFiles?.none
        if located.contains(where: \.asksJournal) { journal = JournalFiles(of: collection.host, since: since) }
        var fromJournal: [LogSource] = []
        var order: [LogFiles.File] = []
        var holders: [String: [LogSource]] = [:]
        for (source, files, asksJournal) in located {
            if asksJournal, let journal {
                for gap in journal.gaps { note(gap, [source]) }
                if journal.isPresent {
                    found.insert(source.name)
                    fromJournal.append(source)
                    continue
                }
            }
            for gap in files.gaps { note(gap, [source]) }
            if !files.files.isEmpty { found.insert(source.name) }
            for file in files.files {
                if holders[file.path] == nil { order.append(file) }
                holders[file.path, default: []].append(source)
            }
        }
        if let journal { read(journal, fromJournal, collection.host) }
        let chosen = choose(order, holders)
        for (file, skipped) in chosen { read(file, from: skipped, holders[file.path] ?? [], collection) }
    }

    private mutating func read(_ journal: JournalFiles, _ sources: [LogSource], _ host: any Host) {
        var damage: [String] = []
        let reader = journal.reader { damage.append($0) }
        for gap in damage { note(gap, sources) }
        guard let reader else { return }
        for source in sources {
            let query = JournalQuery(matches: source.journal ?? [:], since: since, fields: LogJournal.fields)
            do throws(JournalError) {
                var count = 0
                let reading = try reader.read(query) { entry, cursor in
                    count += 1
                    if count % 4096 == 0 { host.pulse() }
                    scan.add(LogJournal.event(entry), source: source.name, cursor: cursor)
                    return true
                }
                if reading.isCut { note("journal: only the first \(query.limit) entries were read", [source]) }
                if reading.damaged > 0 { note("journal: \(reading.damaged) entries are damaged", [source]) }
            } catch {
                note("journal: \(error.description)", [source])
            }
        }
    }

    private mutating func note(_ gap: String, _ sources: [LogSource]) {
        for source in sources { gaps[source.name, default: []].append(gap) }
    }

    /// The files to read in their order, and how many bytes to leave out at the beginning of each. The youngest are
    /// worth most: when the budget does not do for all, the oldest are left out.
    private mutating func choose(_ files: [LogFiles.File], _ holders: [String: [LogSource]])
        -> [(file: LogFiles.File, skipped: Int64)]
    {
        var left = byteLimit
        var chosen: [(file: LogFiles.File, skipped: Int64)] = []
        let recent = files.enumerated().filter { $0.element.modified.map { $0 >= since } ?? true }
        let byAge = recent.sorted { left, right in
            let times = (left.element.modified, right.element.modified)
            if let one = times.0, let other = times.1, one != other { return one > other }
            return left.offset > right.offset
        }
        var skips: [Int: Int64] = [:]
        for (position, file) in byAge {
            let isPlain = file.compression == .none
            let (size, overflow) = file.size.multipliedReportingOverflow(by: isPlain ? 1 : Self.typicalRatio)
            let cost = overflow ? Int64.max : size
            if case .other(let name) = file.compression {
                note("\(file.path): compressed with \(name), which is not read", holders[file.path] ?? [])
            } else if cost <= left {
                left -= cost
                skips[position] = 0
            } else if isPlain && left > 0 {
                skips[position] = cost - left
                note("\(file.path): only the last \(left) bytes were read", holders[file.path] ?? [])
                left = 0
            } else {
                note("\(file.path): not read, \(byteLimit) bytes of logs are the limit", holders[file.path] ?? [])
            }
        }
        for (position, file) in recent { if let skip = skips[position] { chosen.append((file, skip)) } }
        return chosen
    }

    private mutating func read(
        _ file: LogFiles.File, from skipped: Int64, _ sources: [LogSource], _ collection: Collection
    ) {
        let clock = LogClock(reference: min(file.modified ?? collection.now, collection.now), offset: offset)
        scan.begin(file.path, sources, clock: clock, isWhole: skipped == 0)
        do throws(HostError) {
            if file.compression == .gzip {
                try inflate(file, sources, collection.host)
            } else {
                // What is written from now on is the next scan's: a log that never stops growing ends like any other.
                let limit = min(byteLimit, max(0, file.size - skipped))
                _ = try collection.host.stream(file.path, from: skipped, limit: limit) { chunk in
                    scan.feed(chunk)
                    return true
                }
            }
        } catch {
            note("\(file.path): \(error.description)", sources)
            collection.report(Origin(path: file.path), error.description)
        }
        let summary = scan.end()
        summaries[file.path] = summary
        judge(summary, file.path, sources, collection)
    }

    private mutating func inflate(_ file: LogFiles.File, _ sources: [LogSource], _ host: any Host) throws(HostError) {
        var reader = GzipReader(limit: byteLimit)
        var failure: GzipReader.Failure?
        _ = try host.stream(file.path, from: 0, limit: byteLimit) { chunk in
            do throws(GzipReader.Failure) {
                return try reader.feed(chunk) { text in
                    scan.feed(text)
                    return true
                }
            } catch {
                failure = error
                return false
            }
        }
        if let failure {
            note("\(file.path): \(failure.description)", sources)
        } else if !reader.isComplete {
            note("\(file.path): the compressed file is cut short", sources)
        }
    }

    /// What a file's lines say of the file itself.
    private mutating func judge(
        _ summary: LogScan.Summary, _ path: String, _ sources: [LogSource], _ collection: Collection
    ) {
        if summary.undecoded > 0 {
            let format = sources.first?.format.rawValue ?? ""
            let message = "\(summary.undecoded) of \(summary.lines) lines are not in the format \(format)"
            collection.report(Origin(path: path), message)
            // A few strange lines are ordinary; when most are, the log is written in a way that is not known here.
            if summary.undecoded > summary.lines / 2 { note("\(path): \(message)", sources) }
        }
        if summary.truncated > 0 {
            collection.report(Origin(path: path), "\(summary.truncated) lines are longer than 64 KiB")
        }
        if summary.stepsBack > 0 {
            collection.report(Origin(path: path), "time goes back \(summary.stepsBack) times: was the clock set back?")
        }
        if summary.inFuture > 0 {
            collection.report(Origin(path: path), "\(summary.inFuture) lines are stamped later than this scan")
        }
    }
}
