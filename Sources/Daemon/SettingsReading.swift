// SPDX-License-Identifier: GPL-3.0-or-later

public import Host
public import Model
import YAML

/// What a settings file says, and everything that is wrong with it.
public struct SettingsReading: Sendable {
    /// Where it was read from.
    public let path: String
    /// What is in force: where a setting has a problem or is not there, its default.
    public internal(set) var settings = Settings()
    /// Where each setting that is written in the file stands, by name.
    public internal(set) var origins: [String: Origin] = [:]
    /// What is wrong, by line.
    public internal(set) var problems: [SettingsProblem] = []
    /// There is no file: everything is at its default.
    public internal(set) var isMissing = false

    /// Whether the settings can be used; warnings do not count.
    public var isValid: Bool { !problems.contains { $0.isError } }
}

/// Something wrong in a settings file.
public struct SettingsProblem: Sendable, Hashable {
    /// Where; line 0 is the file as a whole.
    public let origin: Origin
    /// The file cannot be used as it is.
    public let isError: Bool
    /// What is wrong, in English, one line.
    public let message: String
    /// For people: `file:line:column: error[Y030]: message`, the line with a caret under the column, and a hint where
    /// one is sure to help. Ends with a newline.
    public let rendered: String
}

extension Settings {
    /// The most bytes of a settings file.
    static let byteLimit = 1 << 20

    /// Reads a file of this machine. Never throws: a file that cannot be had is a problem like others, and one that is
    /// not there means the defaults.
    public static func read(path: String = defaultPath) -> SettingsReading {
        do throws(HostError) {
            return read(path: path, from: try LiveHost())
        } catch {
            return SettingsReading(path: path, failure: error)
        }
    }

    /// Reads a file of a host.
    public static func read(path: String, from host: any Host) -> SettingsReading {
        do throws(HostError) {
            return SettingsReading(path: path, bytes: try host.read(path, limit: byteLimit).bytes)
        } catch {
            return SettingsReading(path: path, failure: error)
        }
    }
}

extension SettingsReading {
    /// A file that could not be had.
    init(path: String, failure: HostError) {
        self.path = path
        if failure == .notFound {
            isMissing = true
        } else {
            problems = [
                SettingsProblem(
                    origin: Origin(path: path), isError: true, message: failure.description,
                    rendered: "\(path.printable): error: \(failure.description)\n")
            ]
        }
    }

    /// The settings in a file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        let (documents, problems) = YAML.parse(bytes)
        var reader = SettingsReader(path: path)
        // After a syntax error, what could be saved is still looked at: one run lists everything.
        if let document = documents.first { reader.read(document) }
        if let second = documents.dropFirst().first {
            reader.decoder.error("a second document; settings are one", at: second, hint: "take the --- line out")
        }
        let all = (problems + reader.decoder.problems).enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }
        settings = reader.settings
        origins = reader.origins
        self.problems = all.map { _, problem in
            SettingsProblem(
                origin: Origin(path: path, line: problem.line, column: problem.column),
                isError: problem.severity == .error, message: problem.message,
                rendered: problem.rendered(file: path.printable, source: bytes))
        }
    }
}
