// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// One place where a service is told which certificate to present, with all that belongs to it.
struct CertificateUse {
    /// A word of a configuration and where it stands.
    struct Word {
        var text: String
        var origin: Origin
    }

    /// What a named file is for.
    enum Role: String {
        /// The certificate presented, with its chain behind it.
        case certificate
        /// Its private key.
        case key
        /// The chain, where it is a file of its own.
        case chain
        /// The roots that others are verified against.
        case trust
    }

    /// The software, as `nginx`.
    var service: String
    var certificate: Word?
    var key: Word?
    var chain: Word?
    var trust: [Word] = []
    /// Host names under which clients come; empty where the configuration does not say.
    var names: [Word] = []

    /// The files named, by role.
    var files: [(role: Role, word: Word)] {
        let single: [(Role, Word?)] = [(.certificate, certificate), (.key, key), (.chain, chain)]
        return single.compactMap { role, word in word.map { (role, $0) } } + trust.map { (.trust, $0) }
    }
}

/// What the small readers of this folder share. They look for the directives that name certificates and no others.
struct CertificateConfiguration {
    let collection: Collection
    /// Files read so far; a configuration of more than this is cut off, and that is reported.
    private var filesLeft = 2_000
    private var isCutOff = false

    init(_ collection: Collection) { self.collection = collection }

    /// A file's bytes; nil when it is not there. Any other failure is reported.
    mutating func read(_ path: String) -> [UInt8]? {
        guard filesLeft > 0 else {
            if !isCutOff {
                collection.report(Origin(path: path), "too many configuration files; from here on they are not read")
            }
            isCutOff = true
            return nil
        }
        filesLeft -= 1
        do throws(HostError) {
            return try collection.host.read(path, limit: 4 << 20).bytes
        } catch .notFound {
            return nil
        } catch {
            collection.report(Origin(path: path), error.description)
            return nil
        }
    }

    /// A file's lines without their ends and outer blanks, each with its number; a line that ends in a backslash goes on
    /// in the next where `continuation`.
    mutating func lines(_ path: String, continuation: Bool = false) -> [(text: String, number: Int)] {
        guard let bytes = read(path) else { return [] }
        var lines: [(text: String, number: Int)] = []
        var open: (text: String, number: Int)?
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            var text = ConfigurationText.trimmed(line)
            let goesOn = continuation && text.hasSuffix("\\")
            if goesOn { text.removeLast() }
            let whole = (text: (open?.text ?? "") + text, number: open?.number ?? index + 1)
            open = goesOn ? whole : nil
            if !goesOn { lines.append(whole) }
        }
        if let open { lines.append(open) }
        return lines
    }

    /// The paths a pattern of glob(7) names, in byte order. A path without pattern characters is itself.
    func paths(matching pattern: String) -> [String] {
        guard GlobPattern.isPattern(pattern) else { return [pattern] }
        return GlobPattern.paths(matching: pattern, limit: 2_000, names: names(in:))
    }

    /// The names in a directory; none where it is not there. Any other failure is reported.
    func names(in directory: String) -> [String] {
        do throws(HostError) {
            return try collection.host.list(directory).map(\.name)
        } catch .notFound {
            return []
        } catch .wrongKind {
            return []
        } catch {
            collection.report(Origin(path: directory), error.description)
            return []
        }
    }

    /// Is there anything at a path.
    func exists(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try collection.host.status(path, followLinks: false)
            return true
        } catch {
            return false
        }
    }
}
