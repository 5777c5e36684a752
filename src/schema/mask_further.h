#pragma once
// FurtherMask: a masked rendition, made under one schema, as another one allows it to be shown as
// well.
//
// What the rendition holds tells what hid it: a mask keeps what kind a value is, or leaves null, []
// or {}. So this needs nothing of class P, and shows of each value what the stricter of both marks
// does: the mask that is there, or the one that is to be. One text has two masks to obey, where
// "documented" hid it and "fixed" is to: then it reads "***", since how many words there are cannot
// be told from the first any more.

#include "base/sensitive.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

class FurtherMask {
 public:
  FurtherMask(MaskStyle style, WipedText& out) : style_(style), out_(out) {}  // Outlives this.

  // `was` and `now` are what each schema says of the object's members; nullptr: nothing.
  void object(const ObjectRules* was, const ObjectRules* now, const json::Value& object);

 private:
  void value(const Field* was, const Field* now, const json::Value& value);
  void text(const Field* was, const Field* now, const json::Value& value);
  void array(const Field* was, const Field* now, const json::Value& value);
  MaskStyle style_of(const Field* field) const {
    return field != nullptr && field->mask ? *field->mask : style_;
  }

  MaskStyle style_;
  WipedText& out_;
};

}  // namespace velum
