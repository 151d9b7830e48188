// What a plugin may add to a view of Odoo: fields, groups, labels; no code, and nothing that changes what is there.
//
//     Result<std::string> sound = check_arch("<xpath expr=\"//field[@name='priority']\" position=\"after\">"
//                                            "<field name=\"x_score\"/></xpath>");
//     if (!sound) print(sound.error().message);       // names what is not allowed, and what to do instead
//
// An arch is one place, or a <data> with several: an <xpath expr= position=> or an element of the view that is named
// again, with the position after, before or inside. Replacing, moving and changing what is there is refused, because it
// can take away the `groups` that hide a part of a view, and so are elements and attributes that hold code, styles,
// buttons or addresses. Expressions (`invisible`, `domain`, ...) may name fields but not call anything. Text that Odoo
// shows stays text. Threads: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

// Its canonical form. kInvalid, kAccess: one sentence.
Result<std::string> check_arch(std::string_view arch);
// XML without what makes no difference: order and quoting of attributes, blanks between elements, comments. kInvalid:
// not well formed, or longer than 64 KiB, or deeper than 32 elements.
Result<std::string> canonical_xml(std::string_view xml);

}  // namespace outrigger::host
