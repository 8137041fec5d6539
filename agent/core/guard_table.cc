#include "core/guard_table.h"

#include <algorithm>

namespace agent {

namespace {

using enum Reason;
using enum Part;

constexpr std::optional<Deed> kNothing = std::nullopt;

// clang-format off
constexpr GuardRow kTable[] = {
    {first, adopted, kNothing, false,
     "its Redis is an open master already: the agent was restarted, or it booted "
     "direct"},
    {first, adopted, Deed::set_fence, false, "it is master again after a reseed, and still fenced"},
    {first, undecided, kNothing, true,
     "it does not say on which addresses it listens, or follows somebody outside the "
     "set"},
    {first, bootstrapped, Deed::open_door, false, "the operator's word ends a hold"},
    {first, bootstrapped, Deed::promote, false, "the operator's word ends a hold while it follows"},
    {first, reseeding, Deed::keep_copy, false, "a peer has more of the same history, and there is data here to keep"},
    {first, reseeding, Deed::follow, false,
     "a peer has more, or has data while nothing is here, or the donor has another address now"},
    {first, reseeding, Deed::open_door, false, "it follows the donor, and its door is closed"},
    {first, reseeding, kNothing, false, "the donor prepares, or the sync goes on"},
    {first, reseeding, Deed::promote, false,
     "the donor is fenced and all its data is here, or it came back with less than it gave"},
    {first, reseeding, Deed::set_fence, false, "somebody with more came late, and nobody has written here yet"},
    {first, donor_silent, kNothing, true, "the donor has not given for 30 s, or is gone, and there is no other"},
    {first, master_format_newer, kNothing, true, "who has more runs a server whose data this one cannot read"},
    {first, master_format_newer, kNothing, false,
     "a replica that follows it cannot read what it writes: it waits until that has "
     "parked"},
    {first, histories_differ, kNothing, true, "no peer with data shares the history, or donors have nothing in common"},
    {first, histories_differ, Deed::open_door, false, "the same, with --repair force"},
    {first, adopted_unknown_history, Deed::open_door, false,
     "an append-only file, and no state file: the set is older than the "
     "agent"},
    {first, data_is_best, Deed::open_door, false,
     "every peer that DNS names answered and none has more, or all that it ever acknowledged is "
     "here"},
    {first, peer_silent, kNothing, false,
     "a peer, or DNS, does not answer: it waits --peer-wait; or DNS may not name everybody yet: 6 s"},
    {first, peer_silent, Deed::open_door, false, "it waited --peer-wait, and has all that it once had"},
    {first, peer_silent, Deed::promote, false, "the donor died after it had given all"},
    {first, first_start, Deed::open_door, false, "it is empty, and so is everybody else, or nobody is there"},
    {first, first_start, Deed::promote, false, "it is empty and was made to follow a pod, and everybody is empty"},
    {first, data_is_best, Deed::promote, false, "it was made to follow a pod, and nobody has more"},
    {first, peer_may_hold_data, kNothing, true,
     "it is empty, or has less than it once had, and who may have the rest does not "
     "answer; or who shows more keys cannot tell how far they go"},

    {replica, stray_master, Deed::park, false,
     "it is master by hand, and so is the first pod or, while that is away, a pod of a lower ordinal: it is compared "
     "parked"},
    {replica, following, Deed::follow, false, "the first pod serves, and has all that is here"},
    {replica, following, Deed::set_fence, false, "it follows again after it gave its data, and is still fenced"},
    {replica, master_silent, kNothing, false, "the first pod does not serve: it stays as it is"},
    {replica, master_silent, Deed::park, false, "its link is down for 5 s and the first pod does not serve"},
    {replica, master_has_less, kNothing, true,
     "the first pod serves, is empty, behind, or opened without what is here, and following would lose that"},
    {replica, master_has_less, Deed::park, false, "the first pod came back with less while the link is down"},
    {replica, master_has_less, Deed::save, false, "the same, and it is to go on: what only memory holds is saved"},
    {replica, unrelated_history, Deed::save, false, "the first pod's data cannot be related to the data here, part of "
     "which only memory holds"},
    {replica, unrelated_history, kNothing, true, "that cannot be saved"},
    {replica, master_has_less, Deed::keep_copy, false,
     "the same, and --on-newer-replica, --repair force or the operator says to go "
     "on"},
    {replica, master_has_less, Deed::follow, false, "the copy is kept"},
    {replica, bootstrapped, Deed::follow, false, "the copy is kept, by the operator's word"},
    {replica, unrelated_history, Deed::keep_copy, false,
     "the first pod's data has a history that cannot be related to the one "
     "here"},
    {replica, unrelated_history, Deed::follow, false, "the copy is kept"},
    {replica, master_format_newer, kNothing, true, "the first pod's server writes what this one cannot read"},
    {replica, donating, Deed::set_fence, false, "the first pod follows this one, has less and no link"},
    {replica, donating, Deed::promote, false, "the same, and it is fenced"},
    {replica, donating, kNothing, false, "the first pod takes its data, or is out of sight for a moment"},
    {replica, donating, Deed::park, false, "the first pod no longer asks, or did not take it for 30 s"},
};
// clang-format on

}  // namespace

std::span<const GuardRow> guard_table() { return kTable; }

bool is_in_table(Part part, const Decision& decision) {
  const auto deed = decision.action ? std::optional(decision.action->deed) : std::nullopt;
  return std::ranges::any_of(kTable, [&](const GuardRow& row) {
    const bool is_held_back = !deed && !decision.is_hold && row.deed;  // refused a moment ago, or --repair off
    return row.part == part && row.reason == decision.reason && row.is_hold == decision.is_hold &&
           (row.deed == deed || is_held_back);
  });
}

}  // namespace agent
