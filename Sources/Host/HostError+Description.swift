// SPDX-License-Identifier: GPL-3.0-or-later

extension HostError: CustomStringConvertible {
    /// What happened, in words that stand after a path: `permission denied`.
    public var description: String {
        switch self {
        case .notFound: "no such file or directory"
        case .permissionDenied: "permission denied"
        case .wrongKind(let kind): "is a \(kind.rawValue)"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .tooManyEntries(let limit): "more than \(limit) entries"
        case .tooManyLinks: "too many symbolic links"
        case .pathTooLong: "path too long"
        case .invalidPath: "not a valid absolute path"
        case .unavailable(let reason): reason
        case .system(_, let message): message
        }
    }
}
