#include "core/safe_place.h"

namespace agent {

void SafePlace::look(const Position& at, Instant now) {
  if (!next_ || next_->replid != at.replid) {
    place_.reset();
  } else if (now - since_ < age_) {
    return;
  } else {
    place_ = next_;
  }
  next_ = at;
  since_ = now;
}

}  // namespace agent
