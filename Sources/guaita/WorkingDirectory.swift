// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Where relative paths of the command line begin.
enum WorkingDirectory {
    /// getcwd(3); `/` where there is none any more.
    static var path: String {
        // With a null buffer glibc allocates as much as it takes; the copy is freed here.
        guard let text = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
    /// A path as a host takes it.
    static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : self.path + "/" + path }
}
