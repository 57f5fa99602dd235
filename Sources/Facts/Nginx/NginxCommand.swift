// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// How the service starts nginx (nginx.org, "Command-line parameters"): `-c` the file, `-p` the prefix, `-g` directives before
/// the file.
struct NginxCommand {
    /// The configuration file.
    private(set) var file = "/etc/nginx/nginx.conf"
    /// Where relative names begin (`--prefix` of the package).
    private(set) var prefix = "/usr/share/nginx"
    /// Directives of the main level, and where they stand.
    private(set) var directives: (text: String, origin: Origin)?

    init(_ units: SystemdUnits) {
        guard let unit = units.unit("nginx.service"), !unit.isMasked,
            let (command, origin) = unit.commands("ExecStart").last, command.path.hasSuffix("/nginx")
        else { return }
        var arguments = command.arguments(in: [:])[...]
        var named: String?
        while let argument = arguments.popFirst() {
            guard argument.hasPrefix("-"), let option = argument.dropFirst().first, "cpg".contains(option) else {
                continue
            }
            // The value may stand in the same argument: `-c/etc/nginx/other.conf`.
            let rest = String(argument.dropFirst(2))
            guard let value = rest.isEmpty ? arguments.popFirst() : rest else { return }
            switch option {
            case "c": named = value
            case "p": prefix = value
            default: directives = (value, origin)
            }
        }
        // A relative file begins at the prefix.
        if let named { file = HostPath.absolute(named, in: prefix) }
    }
}
